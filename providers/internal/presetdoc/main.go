// Presetdoc writes docs/providers.md, the page about the built-in providers,
// from their files. script/docs runs it.
package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"strings"
	"text/template"

	"github.com/claviger/claviger/providers"
)

//go:embed providers.md.tmpl
var pageText string

func main() {
	text, err := page()
	if err == nil {
		_, err = os.Stdout.Write(text)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "presetdoc:", err)
		os.Exit(1)
	}
}

// page makes the whole page. The same files always give the same bytes.
func page() ([]byte, error) {
	set, err := providers.Load("", nil)
	if err != nil {
		return nil, err
	}
	t, err := template.New("page").Funcs(template.FuncMap{
		"addresses": addresses,
		"cell":      cell,
		"code":      code,
		"env":       env,
		"jq":        jq,
		"lines":     func(s string) []string { return strings.Split(strings.TrimSpace(s), "\n") },
		"link":      link,
		"md":        md,
		"needs":     needs,
		"scopes":    scopes,
	}).Parse(pageText)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, set.All()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

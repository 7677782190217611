// Package program builds the program that whole-process tests start.
package program

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Tags are those of a build that no C compiler and no display is needed for.
const Tags = "nogui"

// Module is the path of this module, and of the program.
const Module = "github.com/claviger/claviger"

// Static returns the path of the static program, and what removes it. It is the
// one that CLAVIGER_STATIC names (script/test builds it once for all tests), or
// else built here. It is for TestMain.
func Static() (path string, remove func(), err error) {
	if path := os.Getenv("CLAVIGER_STATIC"); path != "" {
		return path, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "claviger-program-")
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.RemoveAll(dir) }
	path = filepath.Join(dir, "claviger")
	if _, err := goTool("build", "-tags", Tags, "-o", path, Module); err != nil {
		remove()
		return "", nil, err
	}
	return path, remove, nil
}

// sources lists the files and folders of this module that the static program is
// made of.
var sources = sync.OnceValues(func() ([]string, error) {
	const files = `{{with .Module}}{{if .Main}}{{$.Dir}}
{{range $.GoFiles}}{{$.Dir}}/{{.}}
{{end}}{{range $.EmbedFiles}}{{$.Dir}}/{{.}}
{{end}}{{end}}{{end}}`
	out, err := goTool("list", "-deps", "-tags", Tags, "-f", files, Module)
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == '\n' }), err
})

// Depend has the test depend on the program's sources. `go test` runs a test
// again if the files that it looked at have changed; those that only the program
// is built from it would not know of.
func Depend(t testing.TB) {
	t.Helper()
	if path := os.Getenv("CLAVIGER_STATIC"); path != "" {
		if _, err := os.Stat(path); err != nil {
			t.Fatalf("CLAVIGER_STATIC: %v", err)
		}
		return
	}
	list, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range list {
		if _, err := os.Stat(path); err != nil {
			t.Fatal(err)
		}
	}
}

func goTool(args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", args[0], err, stderr.Bytes())
	}
	return out, nil
}

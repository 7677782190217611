package importer

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")

// blocks are the Go programs of a page.
func blocks(t *testing.T, page string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", page))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range goBlock.FindAllStringSubmatch(string(text), -1) {
		out = append(out, m[1])
	}
	if len(out) == 0 {
		t.Fatalf("%s has no Go in it", page)
	}
	return out
}

// compile vets a program as it is once someone has copied it.
func compile(t *testing.T, program string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "vet", file).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s\n%s", err, out, program)
	}
}

// TestProgramOfTheDocs is the one of docs/embedding.md.
func TestProgramOfTheDocs(t *testing.T) {
	for _, program := range blocks(t, "docs/embedding.md") {
		compile(t, program)
	}
}

// TestLinesOfTheReadme are imports and a part of a function: the rest is put around them.
func TestLinesOfTheReadme(t *testing.T) {
	for _, lines := range blocks(t, "README.md") {
		imports, body, _ := strings.Cut(lines, "\n\n")
		compile(t, fmt.Sprintf(`package main

%s

import (
	"context"
	"log"
	"os"
	"path/filepath"
)

func main() {
	ctx, dir := context.Background(), os.Args[1]
	%s
	_, _, _, _, _ = err, accounts, client, source, account
}
`, imports, strings.TrimSpace(body)))
	}
}

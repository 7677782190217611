package state

import (
	"os"
	"strings"
	"testing"
)

// TestDocsHaveTheShortcuts: the page for people has the table that the window has.
func TestDocsHaveTheShortcuts(t *testing.T) {
	page, err := os.ReadFile("../../docs/window.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "| Ctrl") || strings.HasPrefix(line, "| Alt") || strings.HasPrefix(line, "| F") {
			rows = append(rows, strings.TrimSpace(line))
		}
	}
	var want []string
	for _, c := range Commands() {
		var keys []string
		for _, k := range c.Keys {
			keys = append(keys, k.on("linux"))
		}
		if len(keys) > 0 {
			want = append(want, "| "+strings.Join(keys, " or ")+" | "+c.Title+" |")
		}
	}
	if got := strings.Join(rows, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("docs/window.md has\n%s\nand the window\n%s", got, strings.Join(want, "\n"))
	}
}

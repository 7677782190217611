// Package house holds the project to its own rules, where no linter does.
package house

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

// page is a Markdown file of the project.
type page struct {
	path string // from the root
	text string // without blocks of code
}

// pages are those of the root and all of docs.
func pages(t *testing.T) []page {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	below, belowErr := filepath.Glob(filepath.Join(root, "docs", "*", "*.md"))
	if err != nil || belowErr != nil || len(names) < 5 || len(below) < 1 {
		t.Fatalf("pages %v, %v; %v, %v", names, err, below, belowErr)
	}
	names = append(names, below...)
	var out []page
	for _, name := range append(names, filepath.Join(root, "README.md"), filepath.Join(root, "CHANGELOG.md"), filepath.Join(root, "CONTRIBUTING.md")) {
		rel, err := filepath.Rel(root, name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, page{rel, withoutCode(read(t, rel))})
	}
	return out
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// withoutCode leaves out what stands between fences.
func withoutCode(text string) string {
	var out strings.Builder
	fenced := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
		} else if !fenced {
			out.WriteString(line)
		}
	}
	return out.String()
}

var (
	link     = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	headline = regexp.MustCompile(`(?m)^#+ (.+)$`)
	named    = regexp.MustCompile(`<a id="([^"]+)">`)
	words    = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	dropped  = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// anchors are what a link to a page can end with, as GitHub makes them.
func anchors(text string) map[string]bool {
	out := map[string]bool{}
	for _, m := range named.FindAllStringSubmatch(text, -1) {
		out[m[1]] = true
	}
	for _, m := range headline.FindAllStringSubmatch(text, -1) {
		name := words.ReplaceAllString(m[1], "$1")
		name = strings.ReplaceAll(strings.ToLower(dropped.ReplaceAllString(name, "")), " ", "-")
		for i, base := 1, name; out[name]; i++ {
			name = fmt.Sprintf("%s-%d", base, i)
		}
		out[name] = true
	}
	return out
}

// TestLinksLeadSomewhere: files and headings that pages link to are there.
func TestLinksLeadSomewhere(t *testing.T) {
	checked := 0
	for _, p := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(p.text, -1) {
			target, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			checked++
			to := p.path
			if target != "" {
				to = filepath.Join(filepath.Dir(p.path), target)
			}
			if _, err := os.Stat(filepath.Join(root, to)); err != nil {
				t.Errorf("%s: %s is not there", p.path, m[1])
				continue
			}
			if anchor != "" && !anchors(withoutCode(read(t, to)))[anchor] {
				t.Errorf("%s: %s has no heading #%s", p.path, to, anchor)
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d links were found", checked)
	}
}

// TestEveryPageSaysForWhomItIs, in one line under its title.
func TestEveryPageSaysForWhomItIs(t *testing.T) {
	for _, p := range pages(t) {
		if !strings.HasPrefix(p.path, "docs") {
			continue
		}
		var lines []string
		for line := range strings.Lines(p.text) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "<!--") {
				lines = append(lines, line)
			}
		}
		if len(lines) < 2 || !strings.HasPrefix(lines[0], "# ") || !strings.HasPrefix(lines[1], "For ") {
			t.Errorf("%s begins with %q, not with a title and \"For …\"", p.path, lines[:min(2, len(lines))])
		}
	}
}

// TestEveryPageIsInTheIndex of docs.
func TestEveryPageIsInTheIndex(t *testing.T) {
	index := read(t, "docs/README.md")
	for _, p := range pages(t) {
		name := filepath.Base(p.path)
		if filepath.Dir(p.path) == "docs" && name != "README.md" && !strings.Contains(index, name) {
			t.Errorf("docs/README.md does not name %s", name)
		}
	}
}

// TestEveryPictureIsShown: the gallery has no picture that nobody sees, and stays small.
func TestEveryPictureIsShown(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "docs", "screens", "*.png"))
	if err != nil || len(files) < 50 {
		t.Fatalf("%d pictures, %v", len(files), err)
	}
	index := read(t, "docs/screens/README.md")
	var size int64
	for _, f := range files {
		if name := filepath.Base(f); !strings.Contains(index, "("+name+")") {
			t.Errorf("docs/screens/README.md does not show %s", name)
		}
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	if size > 3<<20 {
		t.Errorf("the pictures have %d bytes", size)
	}
}

// TestReadmeIsShort: what is longer belongs into docs.
func TestReadmeIsShort(t *testing.T) {
	if n := strings.Count(read(t, "README.md"), "\n"); n > 120 {
		t.Errorf("README.md has %d lines, more than 120", n)
	}
}

// TestTestsThatPagesName are there: pages name them as the proof of a claim.
func TestTestsThatPagesName(t *testing.T) {
	name := regexp.MustCompile("\\[`?(Test\\w+)`?\\]\\(([^)#]+)\\)")
	found := 0
	for _, p := range pages(t) {
		for _, m := range name.FindAllStringSubmatch(p.text, -1) {
			found++
			file := filepath.Join(filepath.Dir(p.path), m[2])
			if data, err := os.ReadFile(filepath.Join(root, file)); err != nil || !strings.Contains(string(data), "func "+m[1]+"(") {
				t.Errorf("%s: no %s in %s (%v)", p.path, m[1], file, err)
			}
		}
	}
	if found < 5 {
		t.Errorf("only %d tests are named", found)
	}
}

// TestTablesAreWhole: a row with another number of cells than its head loses some
// where it is shown. A bar inside code counts too, unless it is escaped.
func TestTablesAreWhole(t *testing.T) {
	for _, p := range pages(t) {
		cells := 0
		for line := range strings.Lines(p.text) {
			if !strings.HasPrefix(line, "|") {
				cells = 0
				continue
			}
			n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") - 1
			if cells == 0 {
				cells = n
			}
			if n != cells {
				t.Errorf("%s: %d cells in place of %d: %.100s", p.path, n, cells, line)
			}
		}
	}
}

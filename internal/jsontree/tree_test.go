package jsontree

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func parse(t *testing.T, text string) *Tree {
	t.Helper()
	tree, err := Parse([]byte(text))
	if err != nil {
		t.Fatalf("%.40s: %v", text, err)
	}
	return tree
}

func TestATreeIsWhatCame(t *testing.T) {
	const text = `{"b": 1.50e3, "a": [true, null, -0, 12345678901234567890], "b": "again", "": {}, "שלום": "👩‍💻"}`
	tree := parse(t, text)
	want := "{\n  \"b\": 1.50e3,\n  \"a\": [\n    true,\n    null,\n    -0,\n    12345678901234567890\n  ],\n  \"b\": \"again\",\n  \"\": {},\n  \"שלום\": \"👩‍💻\"\n}"
	if diff := cmp.Diff(want, tree.Value(0)); diff != "" {
		t.Error(diff)
	}
	var paths []string
	for i := range tree.Nodes {
		paths = append(paths, tree.Path(i))
	}
	if diff := cmp.Diff([]string{".", ".b", ".a", ".a[0]", ".a[1]", ".a[2]", ".a[3]", ".b", `.""`, `."שלום"`}, paths); diff != "" {
		t.Error(diff)
	}
	if got := tree.Value(9); got != "👩‍💻" {
		t.Errorf("a string is copied as %q", got)
	}
	if got := parse(t, `[[1]]`).Path(2); got != ".[0][0]" {
		t.Errorf("path %s", got)
	}
}

func TestWhatIsNoJSONIsNoTree(t *testing.T) {
	for _, text := range []string{``, `{`, `{"a"`, `{"a":`, `[1,`, `[1 2]`, `{"a" 1}`, `{1: 2}`, `[1]]`, `1 2`, `nul`, `{"a":1}x`, `]`, `[}`} {
		if tree, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s: %+v", text, tree.Nodes)
		}
	}
	if _, err := Parse([]byte("[" + strings.Repeat("1,", maxNodes) + "1]")); !errors.Is(err, ErrLarge) {
		t.Errorf("err = %v", err)
	}
}

func TestDepthIsNoMatter(t *testing.T) {
	const depth = 5000
	tree := parse(t, strings.Repeat(`{"a":[`, depth)+strings.Repeat(`]}`, depth))
	if len(tree.Nodes) != 2*depth || tree.Nodes[2*depth-1].Depth != 2*depth-1 {
		t.Errorf("%d nodes", len(tree.Nodes))
	}
	v := NewView(tree)
	v.SetAll(0, true)
	if v.Len() != 2*depth {
		t.Errorf("%d rows", v.Len())
	}
	if text := tree.Value(0); !json.Valid([]byte(text)) {
		t.Error("what is copied is no JSON")
	}
}

func TestLongLinesGoOn(t *testing.T) {
	tree := Lines("one\r\n" + strings.Repeat("ü", 3000) + "\nend\n")
	if n := len(tree.Nodes); n != 5 || tree.Nodes[0].Text != "one" || tree.Nodes[4].Text != "end" {
		t.Fatalf("%d lines", n)
	}
	for _, n := range tree.Nodes {
		if len(n.Text) > maxLine || strings.Contains(n.Text, "\ufffd") {
			t.Errorf("%d bytes", len(n.Text))
		}
	}
}

// folding is a view of a small tree.
func folding(t *testing.T) *View {
	t.Helper()
	return NewView(parse(t, `{"a":{"b":{"c":1}},"d":[1,2]}`))
}

// shown is the paths of the rows of a view.
func shown(v *View) string {
	var out []string
	for i := range v.Len() {
		_, at := v.At(i)
		out = append(out, v.Tree().Path(at))
	}
	return strings.Join(out, " ")
}

func TestFoldingShowsWhatIsOpen(t *testing.T) {
	v := folding(t)
	if got := shown(v); got != ". .a .a.b .a.b.c .d .d[0] .d[1]" {
		t.Errorf("at first %s", got)
	}
	v.SetOpen(1, false)
	if got := shown(v); got != ". .a .d .d[0] .d[1]" {
		t.Errorf("folded %s", got)
	}
	if v.RowOf(3) != 1 || v.RowOf(4) != 2 {
		t.Errorf("rows %d, %d", v.RowOf(3), v.RowOf(4))
	}
	v.SetAll(0, false)
	if got := shown(v); got != "." {
		t.Errorf("all folded %s", got)
	}
}

func TestASearchOpensWhatIsAroundWhatItFinds(t *testing.T) {
	v := folding(t)
	v.SetOpen(1, false)
	v.SetAll(0, false)
	if n := v.Search("C"); n != 1 || v.Next(1) != 3 || shown(v) != ". .a .a.b .a.b.c .d" || v.Hit() != 1 {
		t.Errorf("%d found, %s", n, shown(v))
	}
	if n := v.Search("nowhere"); n != 0 || v.Next(1) != -1 {
		t.Errorf("%d found", n)
	}
}

func TestAnEmptySearchFindsNothing(t *testing.T) {
	v := folding(t)
	if v.Search("1"); !v.Fits(3) {
		t.Error("what was found does not fit")
	}
	if v.Search("") != 0 || v.Fits(3) {
		t.Error("an empty search finds something")
	}
}

func TestASearchGoesAround(t *testing.T) {
	v := folding(t)
	v.SetAll(0, false)
	if n := v.Search("1"); n != 2 {
		t.Errorf("%d found", n)
	}
	for _, step := range []struct{ by, row int }{{1, 3}, {1, 5}, {1, 3}, {-1, 5}} {
		if row := v.Next(step.by); row != step.row {
			t.Errorf("%+d goes to row %d of %s, not %d", step.by, row, shown(v), step.row)
		}
	}
}

func TestAWideTreeIsFoldedAtFirst(t *testing.T) {
	v := NewView(parse(t, `[`+strings.Repeat(`{"a":[1,2,3]},`, 1000)+`{}]`))
	if v.Len() != 1002 {
		t.Errorf("%d rows", v.Len())
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"a":[1,{"b":null}],"a":""}`, `[[[]]]`, `"x"`, `{"a":1}}`, `[1,]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, err := Parse(data)
		if err != nil {
			return
		}
		text := tree.Value(0)
		if tree.Nodes[0].Kind != String && !json.Valid([]byte(text)) {
			t.Errorf("%q became %q", data, text)
		}
		v := NewView(tree)
		v.SetAll(0, true)
		if v.Len() != len(tree.Nodes) {
			t.Errorf("%d rows of %d", v.Len(), len(tree.Nodes))
		}
	})
}

// A path is pasted between the quotes of a shell: no name in it ends them.
func TestPathsHaveNothingForAShell(t *testing.T) {
	for _, name := range []string{
		`x'; touch pwned; '`, "`id`", "$(id)", "a!b", `\(input)`, "\u202e", "\x1b[2J", "\U000e0001", `"`, `\`, "\n", "", "ü 👩‍💻", "full name",
	} {
		data, err := json.Marshal(map[string]int{name: 1})
		if err != nil {
			t.Fatal(err)
		}
		path := parse(t, string(data)).Path(1)
		var back string
		if err := json.Unmarshal([]byte(strings.TrimPrefix(path, ".")), &back); err != nil || back != name {
			t.Errorf("%q: %s, %v", name, path, err)
		}
		if strings.ContainsAny(path, "'`$!\x1b\n\u202e") {
			t.Errorf("%q: %s", name, path)
		}
	}
}

package widget

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/internal/jsontree"
	"github.com/claviger/claviger/ui/theme"
)

func parsed(t testing.TB, text string) *jsontree.Tree {
	t.Helper()
	tree, err := jsontree.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// shownTree is a tree in a window, and the texts of its rows that are seen.
func shownTree(t testing.TB, text string) (*Tree, func() []string) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.ChoiceLight))
	w := test.NewTempWindow(t, nil)
	tree := NewTree()
	w.SetContent(tree)
	w.Resize(fyne.NewSize(500, 400))
	tree.SetTree(parsed(t, text))
	return tree, func() []string {
		var out []string
		for i := range tree.view.Len() {
			l := tree.rowAt(i)
			mark := ""
			if l.current {
				mark = ">"
			}
			out = append(out, strings.TrimSpace(mark+l.name+" "+l.text))
		}
		return out
	}
}

func TestTreeByKeyboard(t *testing.T) {
	tree, rows := shownTree(t, `{"name":"Mira","list":[1,{"x":null}]}`)
	is := func(when string, want ...string) {
		t.Helper()
		if got := rows(); strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%s: %q", when, got)
		}
	}
	is("at first", "> {2}", "name “Mira”", "list [2]", "0 1", "1 {1}", "x null")
	press := func(keys ...fyne.KeyName) {
		for _, k := range keys {
			tree.TypedKey(&fyne.KeyEvent{Name: k})
		}
	}
	press(fyne.KeyDown, fyne.KeyDown, fyne.KeyLeft)
	is("folded", "{2}", "name “Mira”", ">list [2]")
	press(fyne.KeyRight, fyne.KeyEnd)
	is("at the end", "{2}", "name “Mira”", "list [2]", "0 1", "1 {1}", ">x null")
	press(fyne.KeyLeft)
	is("at its parent", "{2}", "name “Mira”", "list [2]", "0 1", ">1 {1}", "x null")
	press(fyne.KeyHome, fyne.KeyReturn)
	is("all folded", "> {2}")
	press(fyne.KeyUp, fyne.KeyPageDown, fyne.KeyPageUp, fyne.KeyDown)
	is("it stays inside", "> {2}")
	tree.Search("mira")
	if _, n := tree.Hit(); n != 1 {
		t.Errorf("%d found", n)
	}
	is("found", "{2}", ">name “Mira”", "list [2]", "0 1", "1 {1}", "x null")
	copied := false
	tree.OnCopy = func() { copied = true }
	tree.TypedShortcut(&fyne.ShortcutCopy{})
	if all, at := tree.Current(); !copied || all.Value(at) != "Mira" || all.Path(at) != ".name" {
		t.Error("Ctrl+C does not copy the current value")
	}
	tree.SetTree(nil)
	press(fyne.KeyDown, fyne.KeyRight, fyne.KeyReturn)
	if _, at := tree.Current(); at != -1 || tree.AccessibilityLabel() != "" {
		t.Error("an empty tree has a row")
	}
}

// TestTreeTakesWhatComes: what is foreign cannot turn or draw over the words around it,
// and is bounded.
func TestTreeTakesWhatComes(t *testing.T) {
	long := strings.Repeat("n", 500)
	tree, rows := shownTree(t, `{"`+long+`":"`+strings.Repeat("v", 100_000)+`","\u202eevil":"a\nb\u0000c","👩‍💻":"שלום","same":1,"same":1.0}`)
	for i, row := range rows() {
		if len([]rune(row)) > treeName+treeText+10 || strings.ContainsAny(row, "\n\u202e\x00") {
			t.Errorf("row %d has %d characters: %.60q", i, len([]rune(row)), row)
		}
	}
	if got := rows(); len(got) != 6 || got[3] != "👩‍💻 “שלום”" || got[4] != "same 1" || got[5] != "same 1.0" {
		t.Errorf("%q", got[2:])
	}
	deep := strings.Repeat(`{"a":`, 1000) + "1" + strings.Repeat("}", 1000)
	tree.SetTree(parsed(t, deep))
	tree.OpenAll(true)
	tree.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	if got := rows(); len(got) != 1001 || got[1000] != ">a 1" {
		t.Errorf("%d rows", len(got))
	}
}

func TestTreeMakesOnlyWhatIsSeen(t *testing.T) {
	made := 0
	tree, _ := shownTree(t, "[]")
	create := tree.CreateItem
	tree.CreateItem = func() fyne.CanvasObject { made++; return create() }
	tree.SetTree(parsed(t, answerOf(200<<10)))
	for range 50 {
		tree.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
	}
	if seen := 16; made > 52*seen { // Fyne makes those that are seen anew at each jump
		t.Errorf("%d rows were made", made)
	}
}

// answerOf is JSON of about that many bytes, as APIs answer it.
func answerOf(bytes int) string {
	var b strings.Builder
	b.WriteString("[")
	for i := 0; b.Len() < bytes; i++ {
		if i > 0 {
			b.WriteString(",")
		}
		_, _ = fmt.Fprintf(&b, `{"id":%d,"name":"Project %d","owner":{"login":"mira","admin":false},"tags":["a","b"],"url":"https://api.example.org/projects/%d"}`, i, i, i)
	}
	return b.String() + "]"
}

// BenchmarkTree measures how long 200 KB of JSON take to show and to fold, beside a plain
// list of Fyne's with as many rows: "ratio" is the tree's time by the list's.
func BenchmarkTree(b *testing.B) {
	text := answerOf(200 << 10)
	b.Run("show", func(b *testing.B) {
		tree, _ := shownTree(b, "[]")
		parsedTree := parsed(b, text)
		floor := plainList(b, len(parsedTree.Nodes))
		var ours, theirs time.Duration
		for b.Loop() {
			start := time.Now()
			tree.SetTree(&jsontree.Tree{Nodes: parsed(b, text).Nodes})
			tree.OpenAll(true)
			ours += time.Since(start)
			theirs += floor()
		}
		report(b, ours, theirs)
	})
	b.Run("fold", func(b *testing.B) {
		tree, _ := shownTree(b, text)
		tree.OpenAll(true)
		floor := plainList(b, tree.view.Len())
		var ours, theirs time.Duration
		for b.Loop() {
			start := time.Now()
			tree.Toggle(1)
			ours += time.Since(start)
			theirs += floor()
		}
		report(b, ours, theirs)
	})
	b.Run("search", func(b *testing.B) {
		tree, _ := shownTree(b, text)
		floor := plainList(b, tree.view.Len())
		var ours, theirs time.Duration
		for i := 0; b.Loop(); i++ {
			start := time.Now()
			tree.Search(fmt.Sprintf("project %d", i%10))
			ours += time.Since(start)
			theirs += floor()
		}
		report(b, ours, theirs)
	})
}

func report(b *testing.B, ours, theirs time.Duration) {
	b.ReportMetric(float64(ours.Microseconds())/1000/float64(b.N), "tree-ms/op")
	b.ReportMetric(float64(theirs.Microseconds())/1000/float64(b.N), "list-ms/op")
	b.ReportMetric(float64(ours)/float64(theirs), "ratio")
}

// plainList is a list of labels in a window; the result draws it again and says how long
// that took.
func plainList(b *testing.B, rows int) func() time.Duration {
	b.Helper()
	w := test.NewTempWindow(b, nil)
	list := NewList(func() int { return rows }, func() fyne.CanvasObject { return NewLine("") }, func(i int, o fyne.CanvasObject) {
		if t, ok := o.(*Text); ok {
			t.SetText(fmt.Sprint("row ", i, time.Now().UnixNano()))
		}
	})
	w.SetContent(list)
	w.Resize(fyne.NewSize(500, 400))
	return func() time.Duration {
		start := time.Now()
		list.Refresh()
		return time.Since(start)
	}
}

// Only the beginning of a long name is looked at: a row is drawn often.
func TestALongNameCostsARowLittle(t *testing.T) {
	tree, _ := shownTree(t, `{"`+strings.Repeat("\u200b", 4<<20)+`end": 1, "short": "`+strings.Repeat("\u200b", 4<<20)+`end"}`)
	if l := tree.rowAt(1); l.name != "" {
		t.Errorf("the name is %q", l.name)
	}
	if l := tree.rowAt(2); l.text != "“”" {
		t.Errorf("the text is %q", l.text)
	}
	if text := NewLine(strings.Repeat("\u200b", 4<<20) + "end").Text(); text != "" {
		t.Errorf("a text is %q", text)
	}
}

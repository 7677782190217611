package jsontree

import (
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/plain"
)

// View is what of a tree is seen: what is open, and what fits a search. It is for one
// goroutine.
type View struct {
	tree *Tree
	open []bool
	rows []int // the nodes that are seen, in order

	query string
	hits  []int // the nodes that fit, in order
	hit   int   // the current one
}

// openAtFirst is how many rows may be seen before anything was opened.
const openAtFirst = 200

// NewView returns a view of a tree, with so much open as one can look through.
func NewView(t *Tree) *View {
	v := &View{tree: t, open: make([]bool, len(t.Nodes))}
	seen := 1
	for depth := 0; ; depth++ {
		var at []int
		more := 0
		for i := 0; i < len(t.Nodes); i++ {
			if n := &t.Nodes[i]; n.Depth == depth && n.Folds() {
				at = append(at, i)
				more += n.Count
			}
		}
		if len(at) == 0 || depth > 0 && seen+more > openAtFirst || depth > maxFirst {
			break
		}
		for _, i := range at {
			v.open[i] = true
		}
		seen += more
	}
	v.fill()
	return v
}

// maxFirst is the depth that is open at first.
const maxFirst = 8

// fill finds the rows that are seen.
func (v *View) fill() {
	v.rows = v.rows[:0]
	for i := 0; i < len(v.tree.Nodes); {
		v.rows = append(v.rows, i)
		if n := &v.tree.Nodes[i]; n.Folds() && !v.open[i] {
			i = n.End
		} else {
			i++
		}
	}
}

// Len is how many rows are seen.
func (v *View) Len() int { return len(v.rows) }

// Tree is what is seen.
func (v *View) Tree() *Tree { return v.tree }

// At is the node of a row and its place in the tree.
func (v *View) At(row int) (*Node, int) { return &v.tree.Nodes[v.rows[row]], v.rows[row] }

// Open reports whether a node is open.
func (v *View) Open(node int) bool { return v.open[node] }

// RowOf is the row of a node, or of the nearest one around it that is seen.
func (v *View) RowOf(node int) int {
	at, found := slices.BinarySearch(v.rows, node)
	if found {
		return at
	}
	return max(0, at-1)
}

// SetOpen opens or folds a node.
func (v *View) SetOpen(node int, open bool) {
	if !v.tree.Nodes[node].Folds() || v.open[node] == open {
		return
	}
	v.open[node] = open
	v.fill()
}

// SetAll opens or folds everything inside a node, and the node itself.
func (v *View) SetAll(node int, open bool) {
	for i := node; i < v.tree.Nodes[node].End; i++ {
		v.open[i] = open && v.tree.Nodes[i].Folds()
	}
	v.fill()
}

// Search looks for a text in names and values, in any letters' case, and reports how
// many nodes fit. Nothing is opened by it: see [View.Next].
func (v *View) Search(query string) int {
	query = plain.Fold(strings.TrimSpace(query))
	if query == v.query {
		return len(v.hits)
	}
	v.query, v.hits, v.hit = query, nil, -1
	if query == "" {
		return 0
	}
	for i := range v.tree.Nodes {
		if n := &v.tree.Nodes[i]; contains(n.Name, query) || contains(n.Text, query) {
			v.hits = append(v.hits, i)
		}
	}
	return len(v.hits)
}

// contains reports whether a text has a folded one in it.
func contains(text, folded string) bool {
	if len(text) < len(folded) {
		return false // folding makes few texts longer, and none so much that it matters
	}
	return strings.Contains(plain.Fold(text), folded)
}

// Fits reports whether a node is among what was searched for.
func (v *View) Fits(node int) bool {
	_, found := slices.BinarySearch(v.hits, node)
	return found
}

// Hit is the number of the current one of what fits, from 1; 0 is none.
func (v *View) Hit() int { return v.hit + 1 }

// Hits is how many fit.
func (v *View) Hits() int { return len(v.hits) }

// Next goes by so many of what fits, around the end, opens what is around it and returns
// its row; -1 if nothing fits.
func (v *View) Next(by int) int {
	if len(v.hits) == 0 {
		return -1
	}
	if v.hit < 0 && by < 0 {
		v.hit = 0
	}
	v.hit = ((v.hit+by)%len(v.hits) + len(v.hits)) % len(v.hits)
	node := v.hits[v.hit]
	v.reveal(node)
	return v.RowOf(node)
}

func (v *View) reveal(node int) {
	changed := false
	for at := v.tree.Nodes[node].Parent; at >= 0; at = v.tree.Nodes[at].Parent {
		changed = changed || !v.open[at]
		v.open[at] = true
	}
	if changed {
		v.fill()
	}
}

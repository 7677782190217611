package jsontree

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Value is a node as text to copy: a string as it is, everything else as JSON.
func (t *Tree) Value(i int) string {
	if n := &t.Nodes[i]; n.Kind != Object && n.Kind != Array {
		return n.Text
	}
	var b strings.Builder
	t.write(&b, i)
	return b.String()
}

// write writes a node as JSON, indented. It goes from node to node and remembers what is
// open: a tree can be deeper than calls should be.
func (t *Tree) write(b *strings.Builder, from int) {
	var open []int
	base := t.Nodes[from].Depth
	for i := from; i < t.Nodes[from].End; i++ {
		n := &t.Nodes[i]
		open = t.close(b, open, i, base)
		if i > from {
			if n.Index > 0 {
				b.WriteByte(',')
			}
			indent(b, n.Depth-base)
			if n.Named {
				b.WriteString(quote(n.Name) + ": ")
			}
		}
		switch n.Kind {
		case Object:
			b.WriteByte('{')
			open = append(open, i)
		case Array:
			b.WriteByte('[')
			open = append(open, i)
		case String:
			b.WriteString(quote(n.Text))
		case Number, Word, Line:
			b.WriteString(n.Text)
		}
	}
	t.close(b, open, t.Nodes[from].End, base)
}

// close writes the ends of what ends before a node.
func (t *Tree) close(b *strings.Builder, open []int, at, base int) []int {
	for len(open) > 0 && t.Nodes[open[len(open)-1]].End <= at {
		n := &t.Nodes[open[len(open)-1]]
		if n.Count > 0 {
			indent(b, n.Depth-base)
		}
		if n.Kind == Object {
			b.WriteByte('}')
		} else {
			b.WriteByte(']')
		}
		open = open[:len(open)-1]
	}
	return open
}

// maxIndent bounds the blanks before a line.
const maxIndent = 40

func indent(b *strings.Builder, depth int) {
	b.WriteString("\n" + strings.Repeat("  ", min(depth, maxIndent)))
}

// quote is a string in JSON, with letters as they are.
func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return strconv.Quote(s)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Package jsontree makes a tree of JSON as it came: members in order, doubled ones too,
// and numbers as they were written.
package jsontree

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/claviger/claviger/internal/foreign"
)

// Kind is what a node is.
type Kind uint8

// The kinds. A Line is one of a text that is no JSON.
const (
	Object Kind = iota
	Array
	String
	Number
	Word // true, false, null
	Line
)

// Node is a value. Nodes lie in the order in which they are read, a parent before its
// children.
type Node struct {
	Kind Kind
	// Named reports that it is a member of an object, Name is its name.
	Named bool
	Name  string
	// Text is a string, a number or a word as it came.
	Text string
	// Index is its place among the children of its parent, and Parent that one's place
	// in the tree, -1 for the root.
	Index, Parent int
	Depth         int
	// End is the place after the last node inside of it.
	End int
	// Count is how many children it has.
	Count int
}

// Folds reports whether there is something inside.
func (n *Node) Folds() bool { return n.Count > 0 }

// Tree is a value with all that is in it. It is never changed: see [View].
type Tree struct {
	Nodes []Node
	// Lined reports that it is the lines of a text.
	Lined bool
}

// maxNodes bounds the memory of a tree: a few bytes can be a value.
const maxNodes = 300_000

// ErrLarge means that there are too many values to show.
var ErrLarge = errors.New("too many values to show as a tree")

// Parse reads one JSON value.
func Parse(data []byte) (*Tree, error) {
	d := json.NewDecoder(strings.NewReader(string(foreign.Text(data))))
	d.UseNumber()
	p := &parser{t: &Tree{}, d: d}
	if err := p.all(); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, foreign.ErrMore
	}
	return p.t, nil
}

// parser keeps the open objects and arrays itself: it calls nothing of its own, so that
// no depth is too much for it.
type parser struct {
	t    *Tree
	d    *json.Decoder
	open []int
}

func (p *parser) all() error {
	for {
		token, err := p.d.Token()
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		if d, ok := token.(json.Delim); ok && (d == ']' || d == '}') {
			last := len(p.open) - 1
			p.t.Nodes[p.open[last]].End = len(p.t.Nodes)
			p.open = p.open[:last]
		} else if err := p.value(token); err != nil {
			return err
		}
		if len(p.open) == 0 {
			return nil
		}
	}
}

func (p *parser) value(token json.Token) error {
	n := Node{Parent: -1, Depth: len(p.open)}
	if len(p.open) > 0 {
		n.Parent = p.open[len(p.open)-1]
		parent := &p.t.Nodes[n.Parent]
		if parent.Kind == Object {
			name, _ := token.(string)
			n.Named, n.Name = true, name
			var err error
			if token, err = p.d.Token(); err != nil {
				return err
			}
		}
		n.Index = parent.Count
		parent.Count++
	}
	if len(p.t.Nodes) == maxNodes {
		return ErrLarge
	}
	opens := false
	switch v := token.(type) {
	case json.Delim:
		opens, n.Kind = true, Object
		if v == '[' {
			n.Kind = Array
		}
	case string:
		n.Kind, n.Text = String, v
	case json.Number:
		n.Kind, n.Text = Number, v.String()
	default:
		n.Kind, n.Text = Word, "null"
		if token != nil {
			n.Text = fmt.Sprint(token)
		}
	}
	at := len(p.t.Nodes)
	n.End = at + 1
	p.t.Nodes = append(p.t.Nodes, n)
	if opens {
		p.open = append(p.open, at)
	}
	return nil
}

// maxLine is where a line of a text goes on in the next one, in bytes.
const maxLine = 2000

// Lines makes a tree of the lines of a text.
func Lines(text string) *Tree {
	t := &Tree{Lined: true}
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		line = strings.TrimSuffix(line, "\r")
		for len(line) > maxLine {
			at := maxLine
			for at > 0 && line[at]&0xc0 == 0x80 { // between characters
				at--
			}
			t.line(line[:at])
			line = line[at:]
		}
		t.line(line)
		if len(t.Nodes) >= maxNodes {
			break
		}
	}
	return t
}

func (t *Tree) line(s string) {
	n := len(t.Nodes)
	t.Nodes = append(t.Nodes, Node{Kind: Line, Text: s, Index: n, Parent: -1, End: n + 1})
}

// Path says where a node is, as jq writes it: .items[3]."full name".
func (t *Tree) Path(i int) string {
	var parts []string
	for at := i; at >= 0 && t.Nodes[at].Parent >= 0; at = t.Nodes[at].Parent {
		parts = append(parts, t.Nodes[at].step())
	}
	if t.Lined {
		return strconv.Itoa(i + 1)
	}
	var b strings.Builder
	for k := len(parts) - 1; k >= 0; k-- {
		b.WriteString(parts[k])
	}
	path := b.String()
	if !strings.HasPrefix(path, ".") {
		path = "." + path
	}
	return path
}

func (n *Node) step() string {
	if !n.Named {
		return "[" + strconv.Itoa(n.Index) + "]"
	}
	if simple(n.Name) {
		return "." + n.Name
	}
	return "." + inJQ(n.Name)
}

// inJQ is a name as a string of jq, in which nothing ends the quotes of a shell around a
// program of jq, or is expanded by it: a path is copied to be pasted into one.
func inJQ(name string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range name {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case strings.ContainsRune("'`$!", r) || !unicode.IsPrint(r):
			for _, unit := range utf16.Encode([]rune{r}) {
				_, _ = fmt.Fprintf(&b, `\u%04x`, unit)
			}
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + `"`
}

// simple reports whether jq takes a name without quotes.
func simple(name string) bool {
	for i, r := range name {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}

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

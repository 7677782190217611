// Package jsontree makes a tree of JSON as it came: members in order, doubled ones too,
// and numbers as they were written.
package jsontree

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
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

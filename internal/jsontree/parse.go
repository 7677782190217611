package jsontree

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/claviger/claviger/internal/foreign"
)

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

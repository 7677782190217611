package inspect

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
)

// maxDepth is how deep JSON may be nested, and deepNoted from where on that is said.
const (
	maxDepth  = 5000
	deepNoted = 50
)

// oddities is what is odd about a JSON object that can be read all the same.
type oddities struct {
	// twice are the names that occur again in one object; the last value counts, as
	// with most readers (RFC 7519 §4 lets a reader refuse it instead).
	twice []string
	depth int
}

func (o oddities) notes(part string) []string {
	var out []string
	for _, name := range o.twice {
		out = append(out, phrase.Say("{part}: {quoted} occurs more than once; the last one is shown, others may read the first", part, strconv.Quote(plain.Short(name))))
	}
	if o.depth > deepNoted {
		out = append(out, phrase.Say("{part}: nested {count} levels deep", part, strconv.Itoa(o.depth)))
	}
	return out
}

// members reads a JSON object. The error is a short plain phrase.
func members(data []byte) (map[string]any, oddities, error) {
	found, err := oddIn(data)
	if err != nil {
		return nil, found, err
	}
	object, err := foreign.Object(data)
	switch {
	case errors.Is(err, foreign.ErrMore):
		return nil, found, phrase.Error("something comes after the JSON object")
	case err != nil:
		return nil, found, jsonFault(err)
	}
	return object, found, nil
}

// jsonFault says what is wrong with JSON, without quoting it.
func jsonFault(err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return phrase.Error("not JSON from byte {at} on", strconv.FormatInt(syntax.Offset, 10))
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return phrase.Error("the JSON ends too soon")
	}
	return phrase.Error("not a JSON object")
}

// level is an object or list that is being read.
type level struct {
	names map[string]bool // nil for a list
	key   bool            // a name comes next
}

// oddIn walks through JSON, however deep it is.
func oddIn(data []byte) (oddities, error) {
	var o oddities
	var stack []level
	dec := json.NewDecoder(bytes.NewReader(foreign.Text(data)))
	dec.UseNumber()
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) && len(stack) == 0 {
			return o, nil
		}
		if err != nil {
			return o, jsonFault(err)
		}
		delim, isDelim := token.(json.Delim)
		switch {
		case isDelim && (delim == '{' || delim == '['):
			passed(stack)
			l := level{}
			if delim == '{' {
				l = level{names: map[string]bool{}, key: true}
			}
			stack = append(stack, l)
			if o.depth = max(o.depth, len(stack)); o.depth > maxDepth {
				return o, phrase.Error("nested more than {count} levels deep", strconv.Itoa(maxDepth))
			}
		case isDelim:
			stack = stack[:len(stack)-1]
		case len(stack) > 0 && stack[len(stack)-1].key:
			top := &stack[len(stack)-1]
			name, _ := token.(string)
			if top.names[name] && len(o.twice) < maxNotes {
				o.twice = append(o.twice, name)
			}
			top.names[name], top.key = true, false
		default:
			passed(stack)
		}
	}
}

// passed notes that a value was read: in an object, a name comes next.
func passed(stack []level) {
	if len(stack) > 0 && stack[len(stack)-1].names != nil {
		stack[len(stack)-1].key = true
	}
}

// ValueText is a value of JSON as text: text as it is, the rest as JSON. It is cut to
// limit bytes, 0 for no limit.
func ValueText(v any, limit int) string {
	text := ""
	switch v := v.(type) {
	case string:
		text = v
	default:
		data, err := json.Marshal(v)
		if err != nil {
			return "cannot be shown"
		}
		text = string(data)
	}
	if limit > 0 && len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "") + "…"
	}
	return text
}

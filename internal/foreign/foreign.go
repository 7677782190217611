// Package foreign reads JSON that someone else wrote: it takes the good parts and
// names the others.
package foreign

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// bom is the byte order mark that some servers put before their JSON; RFC 8259
// §8.1 lets readers ignore it.
const bom = "\xef\xbb\xbf"

// ErrMore means that something comes after the value.
var ErrMore = errors.New("more than one JSON value")

// Text is data without byte order mark and blanks around it.
func Text(data []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(data), []byte(bom)))
}

// Value decodes one JSON value. Numbers stay as they are written, so that an
// int64 survives; anything after the value is [ErrMore], and one that ends too
// soon wraps [io.ErrUnexpectedEOF].
func Value(data []byte) (any, error) {
	var v any
	if err := decode(data, &v); err != nil {
		return nil, err
	}
	return v, nil
}

// Object is [Value] of an object.
func Object(data []byte) (map[string]any, error) {
	v, err := Value(data)
	if err != nil {
		return nil, err
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("not a JSON object")
	}
	return m, nil
}

func decode(data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(Text(data)))
	dec.UseNumber()
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return ErrMore
	}
	return nil
}

// Members fills the struct that into points to from an object, member by
// member, by the names of its tags. A member that does not fit its field is left
// out, and of a list only the items that do not; dropped names them, in order.
// The error says that data is not an object.
func Members(data []byte, into any) (dropped []string, err error) {
	var members map[string]json.RawMessage
	if err := decode(data, &members); err != nil {
		return nil, err
	}
	if members == nil {
		return nil, errors.New("not a JSON object")
	}
	to := reflect.ValueOf(into).Elem()
	for i := range to.NumField() {
		name, _, _ := strings.Cut(to.Type().Field(i).Tag.Get("json"), ",")
		raw, given := members[name]
		if name == "" || name == "-" || !given {
			continue
		}
		if !fill(to.Field(i), raw) {
			dropped = append(dropped, name)
		}
	}
	slices.Sort(dropped)
	return dropped, nil
}

// fill sets a field and reports whether all of raw fitted.
func fill(field reflect.Value, raw json.RawMessage) bool {
	fresh := reflect.New(field.Type())
	if json.Unmarshal(raw, fresh.Interface()) == nil {
		field.Set(fresh.Elem())
		return true
	}
	var items []json.RawMessage
	if field.Kind() != reflect.Slice || json.Unmarshal(raw, &items) != nil {
		return false
	}
	list := reflect.MakeSlice(field.Type(), 0, len(items))
	for _, item := range items {
		one := reflect.New(field.Type().Elem())
		if json.Unmarshal(item, one.Interface()) == nil {
			list = reflect.Append(list, one.Elem())
		}
	}
	field.Set(list)
	return false
}

// Trim removes the unseen characters that editors and secret stores leave around a
// value: blanks, line breaks, byte order marks, zero-width characters.
func Trim(s string) string {
	return strings.TrimFunc(s, func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) || unicode.Is(unicode.Cf, c) })
}

// LeftOut is a sentence about dropped members, "" if there are none. Names are
// foreign: the caller gives only those it knows.
func LeftOut(dropped []string) string {
	if len(dropped) == 0 {
		return ""
	}
	return fmt.Sprintf("left out, not usable: %s", strings.Join(dropped, ", "))
}

// String is a member that should be a string; "" if it is not one.
func String(v any) string {
	s, _ := v.(string)
	return s
}

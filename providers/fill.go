package providers

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
)

// filler puts decoded TOML into a struct, strictly: an unknown key or a wrong
// type is an error that says what is allowed. What the table does not mention
// keeps its value, lists are replaced and maps are merged: that is how a file
// inherits from a preset.
type filler struct{ errs []keyError }

func (f *filler) fail(key string, text phrase.Text, values ...string) {
	f.errs = append(f.errs, keyError{key, phrase.Say(text, values...)})
}

func (f *filler) table(path string, m map[string]any, v reflect.Value) {
	fields := map[string]reflect.Value{}
	collectFields(v, fields)
	for _, k := range sortedKeys(m) {
		key := joinKey(path, k)
		field, ok := fields[k]
		switch {
		case ok:
			f.value(key, m[k], field)
		case mentionsSecret(k):
			f.fail(key, "unknown key; {why}", secretHint)
		case plain.Nearest(sortedKeys(fields), k) != "":
			f.fail(key, "unknown key; did you mean {name}?", plain.Nearest(sortedKeys(fields), k))
		default:
			f.fail(key, "unknown key; allowed here: {names}", strings.Join(sortedKeys(fields), ", "))
		}
	}
}

// collectFields lists the fields by their TOML key, embedded structs included.
func collectFields(v reflect.Value, into map[string]reflect.Value) {
	for i := range v.NumField() {
		sf := v.Type().Field(i)
		tag := sf.Tag.Get("toml")
		switch {
		case sf.Anonymous:
			collectFields(v.Field(i), into)
		case tag != "" && tag != "-" && sf.IsExported():
			into[tag] = v.Field(i)
		}
	}
}

func (f *filler) value(key string, data any, v reflect.Value) {
	switch v.Kind() { // the schema has no other kinds
	case reflect.String:
		if s, ok := data.(string); ok {
			v.SetString(foreign.Trim(s))
			return
		}
		f.fail(key, "must be text in quotes")
	case reflect.Bool:
		if b, ok := data.(bool); ok {
			v.SetBool(b)
			return
		}
		f.fail(key, "must be true or false")
	case reflect.Int:
		if n, ok := data.(int64); ok && int64(int(n)) == n {
			v.SetInt(n)
			return
		}
		f.fail(key, "must be a whole number")
	case reflect.Struct:
		if m, ok := data.(map[string]any); ok {
			f.table(key, m, v)
			return
		}
		f.fail(key, "must be a table: {table}", "["+key+"]")
	case reflect.Map:
		f.mapping(key, data, v)
	case reflect.Slice:
		f.list(key, data, v)
	default:
		f.fail(key, "cannot be set in a file")
	}
}

func (f *filler) mapping(key string, data any, v reflect.Value) {
	m, ok := data.(map[string]any)
	if !ok {
		f.fail(key, "must be a table: {table}", "["+key+"]")
		return
	}
	out := reflect.MakeMap(v.Type())
	for it := v.MapRange(); it.Next(); {
		out.SetMapIndex(it.Key(), it.Value())
	}
	for _, k := range sortedKeys(m) {
		elem := reflect.New(v.Type().Elem()).Elem()
		if old := out.MapIndex(reflect.ValueOf(k)); old.IsValid() {
			elem.Set(old)
		}
		f.value(joinKey(key, k), m[k], elem)
		out.SetMapIndex(reflect.ValueOf(k), elem)
	}
	v.Set(out)
}

func (f *filler) list(key string, data any, v reflect.Value) {
	items := reflect.ValueOf(data)
	if items.Kind() != reflect.Slice {
		switch v.Type().Elem().Kind() { // the schema has lists of text, numbers and tables
		case reflect.Struct:
			f.fail(key, "must be a list of tables: {table}", "[["+key+"]]")
		case reflect.Int:
			f.fail(key, "must be a list of whole numbers: [51789, 51790]")
		default:
			f.fail(key, `must be a list of texts: ["one", "two"]`)
		}
		return
	}
	out := reflect.MakeSlice(v.Type(), items.Len(), items.Len())
	for i := range items.Len() {
		f.value(fmt.Sprintf("%s[%d]", key, i), items.Index(i).Interface(), out.Index(i))
	}
	v.Set(out)
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

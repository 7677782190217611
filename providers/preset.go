package providers

import (
	"embed"
	"io/fs"
	"reflect"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
)

// BuiltIn is the [Provider.Origin] of the embedded providers.
const BuiltIn = "built in"

//go:embed presets/*.toml
var presetFiles embed.FS

// presetIDs are the built-in providers.
func presetIDs() []string {
	files, err := fs.Glob(presetFiles, "presets/*.toml")
	if err != nil { // only a malformed pattern
		return nil
	}
	ids := make([]string, 0, len(files))
	for _, f := range files {
		ids = append(ids, strings.TrimSuffix(strings.TrimPrefix(f, "presets/"), ".toml"))
	}
	return ids
}

// embedded is a built-in provider to look at, not to change; nil if there is none of
// that id. Its file is read once: whoever lists a thousand accounts asks for it a
// thousand times.
func embedded(id string) *Provider {
	if read := readOnce()[id]; read != nil {
		return read()
	}
	return nil
}

var readOnce = sync.OnceValue(func() map[string]func() *Provider {
	all := map[string]func() *Provider{}
	for _, id := range presetIDs() {
		all[id] = sync.OnceValue(func() *Provider {
			p, _ := preset(id) // nil with an error
			return p
		})
	}
	return all
})

// preset reads a built-in provider. The files are checked by tests, so a
// failure here cannot come from the person.
func preset(id string) (*Provider, error) {
	data, err := presetFiles.ReadFile("presets/" + id + ".toml")
	if err != nil {
		return nil, ErrUnknown
	}
	var m map[string]any
	if err := toml.Unmarshal(data, &m); err != nil {
		return nil, syntaxError("presets/"+id+".toml", data, err)
	}
	p := &Provider{Origin: BuiltIn}
	f := filler{}
	f.table("", m, reflect.ValueOf(p).Elem())
	if len(f.errs) > 0 {
		return nil, fileErrors("presets/"+id+".toml", locate(string(data)), "", f.errs)
	}
	p.defaults()
	return p, nil
}

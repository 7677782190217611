package doctor

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/claviger/claviger/internal/owner"
	"github.com/claviger/claviger/internal/plain"
)

// settings are those of the window that are a number, or yes or no, or one of few words.
// Others could be anything, such as a command.
func (e *examination) settings() string {
	data, err := owner.Read(filepath.Join(e.Home, "settings.toml"))
	if err != nil {
		return "There are none."
	}
	all := map[string]any{}
	if err := toml.Unmarshal(data, &all); err != nil {
		return "They cannot be read."
	}
	var lines []string
	others := 0
	for _, name := range slices.Sorted(maps.Keys(all)) {
		switch v := all[name].(type) {
		case bool, int64:
			lines = append(lines, fmt.Sprintf("%s: %v", clean(name), v))
		case string:
			if name == "theme" {
				lines = append(lines, "theme: "+clean(v))
				continue
			}
			others++
		default:
			others++
		}
	}
	if others > 0 {
		lines = append(lines, plain.Count(others, "other setting"))
	}
	return strings.Join(lines, "\n")
}

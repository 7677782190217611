package providers

import (
	"embed"
	"slices"
	"strings"
)

//go:embed marks/*.svg
var markFiles embed.FS

// Mark returns the drawing that a [Provider.Mark] names: SVG with one path in a square of
// 24 by 24, without a colour. It is nil for a name that is not among [Marks].
func Mark(name string) []byte {
	if !ValidID(name) {
		return nil
	}
	svg, err := markFiles.ReadFile("marks/" + name + ".svg")
	if err != nil {
		return nil
	}
	return svg
}

// Marks are the names of all marks, in order.
func Marks() []string {
	files, err := markFiles.ReadDir("marks")
	if err != nil {
		return nil
	}
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), ".svg"))
	}
	slices.Sort(names)
	return names
}

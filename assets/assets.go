// Package assets holds the pictures that are built into the program.
package assets

import _ "embed"

//go:embed icon.svg
var iconSVG []byte

//go:embed icon.png
var iconPNG []byte

// IconSVG returns the icon of the program as an SVG document. Each call
// returns a copy.
func IconSVG() []byte { return append([]byte(nil), iconSVG...) }

// IconPNG returns the icon of the program as a PNG of 512 by 512 pixels. Each
// call returns a copy.
func IconPNG() []byte { return append([]byte(nil), iconPNG...) }

// Package assets holds the pictures that are built into the program.
package assets

import _ "embed"

// icon.svg is what icon.png was drawn from.
//
//go:embed icon.png
var iconPNG []byte

// IconPNG returns the icon of the program as a PNG of 512 by 512 pixels. Each
// call returns a copy.
func IconPNG() []byte { return append([]byte(nil), iconPNG...) }

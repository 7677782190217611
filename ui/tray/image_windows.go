package tray

import (
	"bytes"
	"image/png"

	"github.com/fyne-io/image/ico"
)

// native is a picture in the form that this system's tray takes; one that cannot be read
// stays as it is.
func native(picture []byte) []byte {
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return picture
	}
	var b bytes.Buffer
	if err := ico.Encode(&b, img); err != nil {
		return picture
	}
	return b.Bytes()
}

package tray

import (
	"bytes"
	"image"
	"image/png"

	"github.com/fyne-io/image/ico"
	"golang.org/x/image/draw"
	"golang.org/x/sys/windows"
)

var systemMetrics = windows.NewLazySystemDLL("user32.dll").NewProc("GetSystemMetrics")

// smallIcon is SM_CXSMICON (winuser.h), how wide an icon in the tray is.
const smallIcon = 49

// native is a picture in the form that this system's tray takes, and as large as it is
// drawn: the system leaves points out to make it smaller. One that cannot be read stays as
// it is.
func native(picture []byte) []byte {
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return picture
	}
	side, _, _ := systemMetrics.Call(smallIcon)
	if side == 0 {
		return picture
	}
	small := image.NewRGBA(image.Rect(0, 0, int(side), int(side)))
	draw.CatmullRom.Scale(small, small.Rect, img, img.Bounds(), draw.Src, nil)
	var b bytes.Buffer
	if err := ico.Encode(&b, small); err != nil {
		return picture
	}
	return b.Bytes()
}

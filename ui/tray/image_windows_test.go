package tray

import (
	"bytes"
	"testing"

	"github.com/fyne-io/image/ico"

	"github.com/claviger/claviger/assets"
)

// The icon is as large as the tray draws it, and as opaque in its middle as the picture is.
func TestTheIconHasTheTraysSize(t *testing.T) {
	side, _, _ := systemMetrics.Call(smallIcon)
	img, err := ico.Decode(bytes.NewReader(native(assets.IconPNG())))
	if err != nil {
		t.Fatal(err)
	}
	if got := img.Bounds().Size(); side == 0 || got.X != int(side) || got.Y != int(side) {
		t.Errorf("it is %v, and the tray draws %d", got, side)
	}
	if _, _, _, a := img.At(int(side)/2, int(side)/2).RGBA(); a != 0xffff {
		t.Errorf("its middle has the alpha %x", a)
	}
}

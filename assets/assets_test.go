package assets_test

import (
	"bytes"
	"image/png"
	"testing"

	"github.com/claviger/claviger/assets"
)

func TestIconPNG(t *testing.T) {
	c, err := png.DecodeConfig(bytes.NewReader(assets.IconPNG()))
	if err != nil || c.Width != 512 || c.Height != 512 {
		t.Errorf("icon is %d by %d, %v", c.Width, c.Height, err)
	}
}

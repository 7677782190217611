package widget

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Bounds of a picture on a page.
const (
	pictureWidth  float32 = 480
	pictureHeight float32 = 320
)

// NewPicture returns an object that shows a picture, no larger than it is.
func NewPicture() *canvas.Image {
	c := canvas.NewImageFromImage(nil)
	c.FillMode = canvas.ImageFillContain
	return c
}

// SetPicture changes what is shown.
func SetPicture(c *canvas.Image, picture image.Image) {
	if c.Image == picture {
		return
	}
	c.Image = picture
	if picture != nil {
		b := picture.Bounds()
		width, height := float32(b.Dx()), float32(b.Dy())
		scale := fyne.Min(1, fyne.Min(pictureWidth/width, pictureHeight/height))
		c.SetMinSize(fyne.NewSize(fyne.Max(1, width*scale), fyne.Max(1, height*scale)))
	}
	c.Refresh()
}

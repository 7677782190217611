package widget

import (
	"bytes"
	"image"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/internal/picture"
	"github.com/claviger/claviger/ui/theme"
)

// The sizes of avatars.
const (
	AvatarSmall float32 = 36
	AvatarLarge float32 = 72
	// avatarMark is how broad the ring around a small one is.
	avatarMark float32 = 2.5
)

// Avatar shows a person's picture in a disc, or their initials.
type Avatar struct {
	fynewidget.BaseWidget

	size    float32
	name    string
	encoded []byte
	picture image.Image
	mark    fyne.ThemeColorName
}

// NewAvatar returns an avatar of a size.
func NewAvatar(size float32) *Avatar {
	a := &Avatar{size: size}
	a.ExtendBaseWidget(a)
	return a
}

// Set shows a picture (PNG, JPEG or GIF), or the initials of the name if
// there is none or it cannot be read.
func (a *Avatar) Set(name string, encoded []byte) {
	if a.name == name && bytes.Equal(a.encoded, encoded) {
		return
	}
	if !bytes.Equal(a.encoded, encoded) {
		a.encoded, a.picture = encoded, nil
		if img, ok := decodePicture(encoded); ok {
			a.picture = img
		}
	}
	a.name = name
	a.Refresh()
}

// SetMark rings the avatar in a colour; "" is none.
func (a *Avatar) SetMark(color fyne.ThemeColorName) {
	if a.mark != color {
		a.mark = color
		a.Refresh()
	}
}

// AccessibilityLabel is the name of the person.
func (a *Avatar) AccessibilityLabel() string { return a.name }

// AccessibilityRole is that of text.
func (a *Avatar) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// maxPictureSide bounds the memory that a foreign picture takes.
const maxPictureSide = 2048

// decodePicture decodes a picture of an account, and reports whether it could.
func decodePicture(encoded []byte) (image.Image, bool) {
	img, why := picture.Decode(encoded, picture.Bounds{Side: maxPictureSide, Points: maxPictureSide * maxPictureSide})
	return img, why == ""
}

// initials are two letters for a name, a login or an address.
func initials(name string) string {
	name, _, _ = strings.Cut(strings.TrimSpace(name), "@")
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	switch len(words) {
	case 0:
		return "?"
	case 1:
		return strings.ToUpper(cut(words[0], 2))
	default:
		return strings.ToUpper(cut(words[0], 1) + cut(words[len(words)-1], 1))
	}
}

// CreateRenderer is called by Fyne.
func (a *Avatar) CreateRenderer() fyne.WidgetRenderer {
	r := &avatarRenderer{avatar: a, disc: canvas.NewCircle(nil), mark: canvas.NewCircle(nil), text: NewText("", TextStyle{})}
	r.image = canvas.NewImageFromImage(nil)
	r.image.FillMode = canvas.ImageFillCover
	r.Refresh()
	return r
}

type avatarRenderer struct {
	avatar *Avatar
	disc   *canvas.Circle
	mark   *canvas.Circle
	text   *Text
	image  *canvas.Image
}

func (r *avatarRenderer) Destroy() {}

func (r *avatarRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.disc, r.text, r.image, r.mark}
}

func (r *avatarRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(r.avatar.size) }

func (r *avatarRenderer) Layout(size fyne.Size) {
	side := fyne.Min(r.avatar.size, fyne.Min(size.Width, size.Height))
	pos := fyne.NewPos((size.Width-side)/2, (size.Height-side)/2)
	for _, o := range []fyne.CanvasObject{r.disc, r.image, r.mark} {
		o.Move(pos)
		o.Resize(fyne.NewSquareSize(side))
	}
	r.image.CornerRadius = side / 2
	height := r.text.MinSize().Height
	r.text.Move(pos.AddXY(0, (side-height)/2))
	r.text.Resize(fyne.NewSize(side, height))
}

func (r *avatarRenderer) Refresh() {
	a := r.avatar
	r.disc.FillColor = colorOf(a, theme.ColorSoft)
	size := fynetheme.SizeNameText
	if a.size > AvatarSmall {
		size = theme.SizeInitials
	}
	r.text.Set(initials(a.name), TextStyle{Color: theme.ColorAccent, Size: size, Bold: true, Align: fyne.TextAlignCenter})
	r.mark.StrokeColor = colorOf(a, a.mark)
	r.mark.FillColor = hollow(r.mark.StrokeColor)
	r.mark.StrokeWidth = avatarMark * a.size / AvatarSmall
	setVisible(r.mark, a.mark != "")
	r.image.Image = a.picture
	setVisible(r.image, a.picture != nil)
	setVisible(r.text, a.picture == nil)
	r.Layout(a.Size())
	r.disc.Refresh()
	r.mark.Refresh()
	r.image.Refresh()
	canvas.Refresh(a)
}

package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	fynewidget "fyne.io/fyne/v2/widget"

	"github.com/claviger/claviger/ui/theme"
)

// Skeleton keeps the place of what is still being read: it is as large as an object that
// is like it, so that nothing jumps when that comes. It stands still.
type Skeleton struct {
	fynewidget.BaseWidget

	like fyne.CanvasObject
}

// NewSkeleton returns the place of an object like that one, which is not shown.
func NewSkeleton(like fyne.CanvasObject) *Skeleton {
	s := &Skeleton{like: like}
	s.ExtendBaseWidget(s)
	return s
}

// AccessibilityLabel says that something is being read.
func (s *Skeleton) AccessibilityLabel() string { return lang.L("One moment…") }

// AccessibilityRole is that of text.
func (s *Skeleton) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer is called by Fyne.
func (s *Skeleton) CreateRenderer() fyne.WidgetRenderer {
	r := &skeletonRenderer{skeleton: s, bar: canvas.NewRectangle(nil)}
	r.Refresh()
	return r
}

type skeletonRenderer struct {
	skeleton *Skeleton
	bar      *canvas.Rectangle
}

func (r *skeletonRenderer) Destroy()                     {}
func (r *skeletonRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.bar} }
func (r *skeletonRenderer) MinSize() fyne.Size           { return r.skeleton.like.MinSize() }

func (r *skeletonRenderer) Layout(size fyne.Size) {
	r.bar.Resize(fyne.NewSize(fyne.Min(size.Width, r.MinSize().Width), size.Height))
}

func (r *skeletonRenderer) Refresh() {
	r.bar.FillColor, r.bar.CornerRadius = colorOf(r.skeleton, theme.ColorRail), theme.GapTiny
	r.skeleton.like.Refresh() // it is in no window: the size of text may have changed
	r.bar.Refresh()
}

package widget

import (
	"slices"

	"fyne.io/fyne/v2"
)

// LinkArrows lets the arrow keys go from one object of a container to its
// neighbour, as it lies there: in a grid of cards or a flow of chips. focus puts
// the keyboard somewhere; above, if not nil, lies over the first line and belongs
// to them. Call it again when the objects change.
func LinkArrows(c *fyne.Container, focus func(fyne.Focusable), above *Button) {
	for _, o := range c.Objects {
		if l, ok := o.(interface{ onArrow(func(fyne.KeyName)) }); ok {
			l.onArrow(func(key fyne.KeyName) {
				if f := neighbour(c.Objects, o, key); f != nil {
					focus(f)
				} else if above != nil && (key == fyne.KeyUp || key == fyne.KeyLeft) {
					focus(above)
				}
			})
		}
	}
	if above == nil {
		return
	}
	above.onArrow(func(key fyne.KeyName) {
		if key != fyne.KeyDown && key != fyne.KeyRight {
			return
		}
		for _, o := range c.Objects {
			if f, ok := o.(fyne.Focusable); ok && o.Visible() {
				focus(f)
				return
			}
		}
	})
}

// neighbour is the object that lies next to from in the direction of an arrow;
// nil if there is none. Left and right go on in the next line, as reading does.
func neighbour(objects []fyne.CanvasObject, from fyne.CanvasObject, key fyne.KeyName) fyne.Focusable {
	stops := stopsOf(objects)
	at := slices.Index(stops, from)
	if at < 0 {
		return nil
	}
	var to int
	switch key {
	case fyne.KeyLeft:
		to = at - 1
	case fyne.KeyRight:
		to = at + 1
	case fyne.KeyHome:
		to = 0
	case fyne.KeyEnd:
		to = len(stops) - 1
	case fyne.KeyUp:
		to = beyond(stops, at, -1)
	case fyne.KeyDown:
		to = beyond(stops, at, 1)
	default:
		return nil
	}
	if to < 0 || to >= len(stops) {
		return nil
	}
	f, _ := stops[to].(fyne.Focusable)
	return f
}

// stopsOf are the objects that can have the keyboard now.
func stopsOf(objects []fyne.CanvasObject) []fyne.CanvasObject {
	var stops []fyne.CanvasObject
	for _, o := range objects {
		d, disableable := o.(fyne.Disableable)
		if _, ok := o.(fyne.Focusable); ok && o.Visible() && (!disableable || !d.Disabled()) {
			stops = append(stops, o)
		}
	}
	return stops
}

// beyond is the stop in the nearest line above (-1) or below (1) whose middle is
// closest; -1 if there is no such line.
func beyond(stops []fyne.CanvasObject, at int, direction float32) int {
	middle := func(o fyne.CanvasObject) fyne.Position {
		return o.Position().AddXY(o.Size().Width/2, o.Size().Height/2)
	}
	here, height := middle(stops[at]), stops[at].Size().Height
	best := -1
	var bestY, bestX float32
	for i, o := range stops {
		p := middle(o)
		dy := (p.Y - here.Y) * direction
		if dy < height/2 {
			continue // in this line, or on the other side
		}
		dx := max(p.X-here.X, here.X-p.X)
		const line = 2 // objects of one line may differ by a rounding
		if best < 0 || dy < bestY-line || dy < bestY+line && dx < bestX {
			best, bestY, bestX = i, dy, dx
		}
	}
	return best
}

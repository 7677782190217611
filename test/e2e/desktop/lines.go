//go:build e2e

package desktop

import (
	"image"
	"slices"
)

// What of a picture is text is found by its edges: letters are small and stand
// close together, while cards, fields, buttons and pictures are large.
const (
	contrast  = 24 // of neighbouring pixels, of 255
	reach     = 1  // pixels between parts of one thing
	tallest   = 34 // pixels of a line of text
	shortest  = 6  // pixels of the tallest letter of a line
	enclosing = 26 // pixels that a frame around text has at least
	margin    = 4  // pixels around a line, which letters may need
)

// lines finds the boxes of what may be lines of text.
func lines(shot *image.Gray) []image.Rectangle {
	var boxes []image.Rectangle
	for _, b := range things(shot) {
		rule := b.Dy() <= 4 && b.Dx() >= 24 || b.Dx() <= 3 && b.Dy() >= 24
		if !rule && b.Dy() <= tallest {
			boxes = append(boxes, b)
		}
	}
	all := slices.Clone(boxes)
	boxes = slices.DeleteFunc(boxes, func(b image.Rectangle) bool { return frames(b, all) })
	// The tallest first: what belongs to their line joins them.
	slices.SortFunc(boxes, func(a, b image.Rectangle) int { return b.Dy() - a.Dy() })
	for joined := true; joined; {
		joined = false
		for i := 0; i < len(boxes); i++ {
			for j := len(boxes) - 1; j > i; j-- {
				if inLine(boxes[i], boxes[j]) {
					boxes[i] = boxes[i].Union(boxes[j])
					boxes = slices.Delete(boxes, j, j+1)
					joined = true
				}
			}
		}
	}
	boxes = slices.DeleteFunc(boxes, func(b image.Rectangle) bool { return b.Dy() < shortest || b.Dx() < shortest/2 })
	slices.SortFunc(boxes, func(a, b image.Rectangle) int {
		if a.Min.Y != b.Min.Y {
			return a.Min.Y - b.Min.Y
		}
		return a.Min.X - b.Min.X
	})
	return boxes
}

// frames reports whether b is around another one, as a button is around its label.
func frames(b image.Rectangle, all []image.Rectangle) bool {
	inside := b.Inset(3)
	return b.Dy() >= enclosing && slices.ContainsFunc(all, func(o image.Rectangle) bool {
		return o.Dy() >= shortest && o.In(inside)
	})
}

// inLine reports whether b goes on where a line or a word a is.
func inLine(a, b image.Rectangle) bool {
	height := max(a.Dy(), b.Dy())
	middle := (b.Min.Y + b.Max.Y) / 2
	if middle < a.Min.Y || middle >= a.Max.Y || a.Union(b).Dy() > height+height/3 {
		return false
	}
	return max(a.Min.X, b.Min.X)-min(a.Max.X, b.Max.X) <= max(6, height*2/3)
}

// things finds the boxes of what hangs together by its edges.
func things(shot *image.Gray) []image.Rectangle {
	type run struct{ from, to, box int }
	var boxes []image.Rectangle
	var parent []int
	root := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	var above []run
	for y := 1; y < shot.Rect.Dy(); y++ {
		var row []run
		for x := 1; x < shot.Rect.Dx(); x++ {
			if !edge(shot, x, y) {
				continue
			}
			if n := len(row); n > 0 && x-row[n-1].to <= reach {
				row[n-1].to = x + 1
				continue
			}
			row = append(row, run{x, x + 1, -1})
		}
		for i := range row {
			r := &row[i]
			r.box = len(boxes)
			boxes = append(boxes, image.Rect(r.from, y, r.to, y+1))
			parent = append(parent, r.box)
			for _, a := range above {
				if a.from <= r.to && r.from <= a.to {
					if from, to := root(a.box), root(r.box); from != to {
						parent[to] = from
						boxes[from] = boxes[from].Union(boxes[to])
					}
				}
			}
		}
		above = row
	}
	var out []image.Rectangle
	for i, b := range boxes {
		if parent[i] == i {
			out = append(out, b)
		}
	}
	return out
}

// edge reports whether a pixel differs from the one before it or above it.
func edge(shot *image.Gray, x, y int) bool {
	at := y*shot.Stride + x
	now := int(shot.Pix[at])
	return differ(now, int(shot.Pix[at-1])) || differ(now, int(shot.Pix[at-shot.Stride]))
}

func differ(a, b int) bool { return a-b > contrast || b-a > contrast }

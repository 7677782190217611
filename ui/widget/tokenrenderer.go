package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
)

// CreateRenderer is called by Fyne.
func (v *TokenView) CreateRenderer() fyne.WidgetRenderer {
	r := &tokenRenderer{view: v, ring: newRing()}
	r.Refresh()
	return r
}

// tokenRenderer draws a token. A token can have hundreds of lines: a line that did
// not change is not painted again.
type tokenRenderer struct {
	view  *TokenView
	ring  ring
	marks []*canvas.Rectangle // behind what is selected, one for each line
	texts []*canvas.Text
}

func (r *tokenRenderer) Destroy() {}

func (r *tokenRenderer) Objects() []fyne.CanvasObject {
	objects := make([]fyne.CanvasObject, 0, len(r.marks)+len(r.texts)+1)
	for _, mark := range r.marks {
		objects = append(objects, mark)
	}
	for _, text := range r.texts {
		objects = append(objects, text)
	}
	return append(objects, r.ring.rect)
}

func (r *tokenRenderer) MinSize() fyne.Size {
	lines := r.view.lines(r.view.Size().Width)
	return fyne.NewSize(leastColumns*lines.letter, float32(lines.count)*r.view.lineHeight())
}

func (r *tokenRenderer) Layout(size fyne.Size) {
	v := r.view
	lines, height := v.lines(size.Width), v.lineHeight()
	for len(r.texts) < len(lines.runs) {
		r.texts = append(r.texts, canvas.NewText("", nil))
	}
	clear(r.texts[len(lines.runs):]) // a hidden token is forgotten
	r.texts = r.texts[:len(lines.runs)]
	m := v.measure()
	for i, run := range lines.runs {
		text, paint := r.texts[i], colorOf(v, run.color)
		text.Move(fyne.NewPos(float32(run.start)*lines.letter, float32(run.line)*height))
		text.Resize(fyne.NewSize(float32(len([]rune(run.text)))*lines.letter, m.lineHeight()))
		if text.Text == run.text && text.Color == paint && text.TextSize == m.size {
			continue
		}
		m.draw(text, run.text)
		text.Color = paint
		text.Refresh()
	}
	r.layoutMarks(lines, height)
	r.ring.place(fyne.Position{}, size, 2)
}

// layoutMarks lays a mark behind the selected letters of each line.
func (r *tokenRenderer) layoutMarks(lines tokenLines, height float32) {
	from, to := min(r.view.from, r.view.to), max(r.view.from, r.view.to)
	count := 0
	for at := from; at < to; {
		end := min(to, (at/lines.columns+1)*lines.columns)
		if count == len(r.marks) {
			r.marks = append(r.marks, canvas.NewRectangle(nil))
		}
		mark := r.marks[count]
		mark.FillColor = colorOf(r.view, fynetheme.ColorNameSelection)
		mark.Move(fyne.NewPos(float32(at%lines.columns)*lines.letter, float32(at/lines.columns)*height))
		mark.Resize(fyne.NewSize(float32(end-at)*lines.letter, height))
		count++
		at = end
	}
	r.marks = r.marks[:count]
}

func (r *tokenRenderer) Refresh() {
	r.Layout(r.view.Size())
	r.ring.show(r.view, r.view.focused)
	canvas.Refresh(r.view)
}

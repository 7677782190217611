package widget

import (
	"reflect"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/ui/theme"
)

// Happening is a line of a HistoryList.
type Happening struct {
	// Day heads the lines of a day; the rest is empty then.
	Day    string
	Sign   SignKind
	Text   string
	Detail string
	// Change sets a line below the one that it belongs to; Detail is a value.
	Change bool
	// Words sets the value of a change as text.
	Words bool
	Time  string
	// Fold says what can be unfolded, "" is nothing.
	Fold string
	Open bool
}

// HistoryList shows what happened when. Lines that fold are unfolded by tapping,
// or with the arrow keys and Enter.
type HistoryList struct {
	grid

	lines []Happening
}

// NewHistoryList returns an empty list with so wide a column of times, 0 for one
// of clocks. The toggle function is called with the line that is to be unfolded
// or folded; nil is for lines that never fold.
func NewHistoryList(times float32, toggle func(line int)) *HistoryList {
	if times <= 0 {
		times = 42
	}
	h := &HistoryList{}
	h.init(h, theme.Gap, 10, track{width: signUnit}, track{share: 1}, track{share: 1.1}, track{width: times})
	h.acts = func(row int) bool { return h.lines[row].Fold != "" }
	h.onRow(toggle)
	return h
}

// Set changes everything. The same lines again cost nothing.
func (h *HistoryList) Set(lines []Happening) {
	if reflect.DeepEqual(h.lines, lines) {
		return
	}
	h.lines = lines
	rows := make([][]cell, len(lines))
	for i, line := range lines {
		rows[i] = line.cells()
	}
	h.set(rows)
}

func (l Happening) cells() []cell {
	muted := TextStyle{Color: theme.ColorMuted, Fit: FitWrap}
	if l.Day != "" {
		return []cell{{}, {text: l.Day, style: TextStyle{Bold: true, Fit: FitEllipsis}}, {}, {}}
	}
	text := TextStyle{Color: fynetheme.ColorNameForeground, Fit: FitWrap}
	if l.Change {
		return []cell{{}, {text: l.Text, style: muted}, {text: l.Detail, style: TextStyle{Mono: !l.Words, Fit: FitWrap}}, {}}
	}
	detail := cell{text: l.Detail, style: muted}
	if l.Fold != "" {
		detail.note, detail.tone, detail.sign = l.Fold, theme.ColorAccent, SignFolded
		if l.Open {
			detail.sign = SignUnfolded
		}
	}
	return []cell{
		{sign: l.Sign},
		{text: l.Text, style: text},
		detail,
		{text: l.Time, style: TextStyle{Color: theme.ColorMuted, Fit: FitEllipsis, Align: fyne.TextAlignTrailing}},
	}
}

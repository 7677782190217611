package widget

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/ui/theme"
)

// A cell with nothing beside it has that room, too: it wraps only if the row is full.
func TestACellTakesTheRoomBesideIt(t *testing.T) {
	themed(t)
	steps := NewStepList()
	show(t, steps, 350, 200)
	steps.Set([]Step{{Sign: SignPending, Text: "Check tokens, fetch profile"}})
	low := steps.MinSize().Height
	if markup := test.RenderObjectToMarkup(steps); !strings.Contains(markup, ">Check tokens, fetch profile<") {
		t.Errorf("it wraps before the row is full: %s", markup)
	}
	steps.Set([]Step{{Sign: SignDone, Text: "Check tokens, fetch profile", Detail: "in 4:58", Time: "1 ms"}})
	if steps.MinSize().Height <= low {
		t.Error("it lies over what stands beside it")
	}
}

// Every time ends at the right edge, also one of several words without a detail before it.
func TestEveryTimeEndsAtTheEdge(t *testing.T) {
	themed(t)
	steps := NewStepList()
	show(t, steps, 350, 200)
	steps.Set([]Step{{Sign: SignDone, Text: "Listening", Time: "1 ms"}, {Sign: SignWorking, Text: "Waiting for your sign-in", Time: "4:57 minutes left"}})
	var right []float32
	for _, row := range steps.painted.texts {
		for _, text := range row {
			if text.text != "1 ms" && text.text != "4:57 minutes left" {
				continue
			}
			if text.style.Align != fyne.TextAlignTrailing {
				t.Errorf("%q does not end where its cell ends", text.text)
			}
			if need := text.measure().width(text.text); need > text.Size().Width {
				t.Errorf("%q needs %v, and has %v", text.text, need, text.Size().Width)
			}
			right = append(right, text.Position().X+text.Size().Width)
		}
	}
	if len(right) != 2 || right[0] != right[1] || right[0] != steps.Size().Width {
		t.Errorf("the times end at %v, of %v", right, steps.Size().Width)
	}
}

// A last line is no short word alone, as far as a line before it can help.
func TestTheLastLineIsNotOneWord(t *testing.T) {
	m := measure{size: 14}
	width := m.width("Each account has its own")
	for text, want := range map[string]string{
		"Each account has its own rule.":                      "Each account has its|own rule.",
		"Each account has its own rule of its own.":           "Each account has its own|rule of its own.",
		"Each account has its own\nrule.":                     "Each account has its own|rule.",
		"Incomprehensibilities-of rule.":                      "Incomprehensibilities-of|rule.",
		"/tmp/a-very-long-name-of-a-folder-and-a-file/x.sock": "",
	} {
		lines := m.wrap(text, width, 0)
		if got := strings.Join(lines, "|"); want != "" && got != want {
			t.Errorf("%q, not %q", got, want)
		}
		if want == "" && strings.Join(lines, "") != text {
			t.Errorf("%q is not %q", lines, text)
		}
	}
}

// What can be done stands beside a short message, and below a long one.
func TestActionsBesideAShortMessage(t *testing.T) {
	themed(t)
	for _, c := range []struct {
		title, text string
		beside      bool
	}{
		{"", "Signed out.", true},
		{"", strings.Repeat("Signed out. ", 12), false},
		{"Waits", "Signed out.", false},
		{"", "One.\nTwo.", false},
	} {
		undo := NewSmallButton("Undo (0:10)", ButtonQuiet, func() {})
		n := NewNotice(ToneSoft, c.title, c.text, undo)
		show(t, n, 420, 40)
		n.Resize(fyne.NewSize(420, n.MinSize().Height))
		driver := fyne.CurrentApp().Driver()
		at, text := driver.AbsolutePositionForObject(undo), driver.AbsolutePositionForObject(n.text)
		if beside := at.Y < text.Y+n.text.Size().Height; beside != c.beside {
			t.Errorf("%q, %q: beside it is %v", c.title, c.text, beside)
		}
		if end := at.X + undo.Size().Width; end > 420-10 || c.beside && end < 420-30 {
			t.Errorf("%q, %q: the button ends at %v", c.title, c.text, end)
		}
		if end := at.Y - driver.AbsolutePositionForObject(n).Y + undo.Size().Height; end > n.Size().Height-noticeTop+1 {
			t.Errorf("%q, %q: the button ends at %v of %v", c.title, c.text, end, n.Size().Height)
		}
		sign := n.sign.Position().Y + n.sign.Size().Height/2
		line := text.Y - driver.AbsolutePositionForObject(n).Y + n.text.measure().lineHeight()/2
		if c.title == "" && (sign < line-1 || sign > line+1) {
			t.Errorf("%q: the sign is at %v, the line at %v", c.text, sign, line)
		}
	}
}

// Signs, and the lines that have them, grow with the text.
func TestSignsGrowWithText(t *testing.T) {
	app := test.NewTempApp(t)
	size := func(scale float32) (sign, chip, line float32) {
		app.Settings().SetTheme(theme.NewLook(theme.Look{Choice: theme.ChoiceLight, Scale: scale}))
		c := NewChip("Active", ToneOK, SignActive)
		c.Resize(c.MinSize())
		fall := NewWaterfall(nil, nil)
		fall.Set([]Span{{Text: "One", Time: "<1 ms"}, {Text: "Two", Time: "<1 ms"}})
		return NewSign(SignDone).MinSize().Width, test.WidgetRenderer(c).(*chipRenderer).sign.Size().Width, fall.MinSize().Height
	}
	sign, chip, line := size(1)
	sign2, chip2, line2 := size(2)
	tile := NewMonogram("DE", true)
	if width := test.WidgetRenderer(tile).(*monogramRenderer).text.MinSize().Width; width > monogramSize {
		t.Errorf("letters of %v lie beyond their tile of %v", width, monogramSize)
	}
	if sign2 != 2*sign || chip2 != 2*chip || line2 < 1.9*line {
		t.Errorf("in text of 200 %%, signs of %v and %v are %v and %v, lines of %v are %v", sign, chip, sign2, chip2, line, line2)
	}
}

// Labels leave their values the larger part of a narrow card.
func TestLabelsLeaveRoom(t *testing.T) {
	themed(t)
	k := NewKeyValue(190, nil)
	for _, width := range []float32{300, 356, 648} {
		label := k.widths(width)[0]
		if want := fyne.Min(190, 0.4*width); label < want-1 || label > want+1 {
			t.Errorf("of %v, labels have %v, not %v", width, label, want)
		}
	}
}

// The words of a line say all that has room while a bar can still be seen.
func TestWaterfallSaysAll(t *testing.T) {
	themed(t)
	fall := NewWaterfall(func(int) {}, func() *KeyValue { return NewKeyValue(0, nil) })
	show(t, fall, 356, 200)
	fall.Set([]Span{{Text: "Code exchanged for tokens", Time: "86 ms", From: 0, To: 1, Facts: []KV{{Label: "Request", Value: "POST"}}}})
	if markup := test.RenderObjectToMarkup(fall); !strings.Contains(markup, ">Code exchanged for tokens<") {
		t.Error("the words are cut off")
	}
	if bar := test.WidgetRenderer(fall).(*waterfallRenderer).rows[0].bar.Size().Width; bar < 20 {
		t.Errorf("the bar has %v", bar)
	}
}

// A row that is too narrow goes on in the next line, and a button that is too narrow
// breaks its words: nothing of either is beyond the end, and no word is lost.
func TestNothingOfARowIsLost(t *testing.T) {
	themed(t)
	title := NewText("A title that gives way", TextStyle{Fit: FitEllipsis})
	long := NewButton("Compare with the token before", ButtonQuiet, nil)
	short := NewButton("Back", ButtonQuiet, nil)
	row := NewRow(theme.Gap, 0, title, long, short)
	column := NewColumn(0, row)
	w := show(t, column, 600, 400)
	if title.Position().Y > short.Size().Height || long.Position().Y != short.Position().Y {
		t.Error("a wide row has more than one line")
	}
	low := long.Size().Height
	for _, width := range []float32{300, 120} {
		w.Resize(fyne.NewSize(width, 400))
		for _, b := range []*Button{long, short} {
			if end := b.Position().X + b.Size().Width; end > width {
				t.Errorf("%q ends at %v of %v", b.Text(), end, width)
			}
		}
		if last := short.Position().Y + short.Size().Height; row.Size().Height < last {
			t.Errorf("at %v, the row is %v high and its last button ends at %v", width, row.Size().Height, last)
		}
	}
	if long.Size().Height < 2*low-20 || strings.Contains(test.RenderObjectToMarkup(long), "…") {
		t.Errorf("its words are not in more lines: %v", long.Size())
	}
}

// Where a table is so narrow that it would break words, the cells of a row lie below each
// other, and none lies over another.
func TestANarrowTableStacksItsCells(t *testing.T) {
	themed(t)
	for width, stacked := range map[float32]bool{180: true, 400: false} {
		table := NewClaimsTable(0, nil)
		table.Set([]Claim{{Name: "acr", Value: "basic-verified", Meaning: "how strongly you proved who you are"}, {Name: "aud", Value: "claviger", Meaning: "who it is for"}})
		show(t, table, width+16, 400)
		var last float32
		for i, row := range table.grid.painted.texts {
			name, value := row[0], row[1]
			if got := value.Position().Y >= name.Position().Y+name.Size().Height-1; got != stacked {
				t.Errorf("at %v, the value is below its name: %v", width, got)
			}
			if name.Position().Y < last {
				t.Errorf("at %v, row %d lies over the one before", width, i)
			}
			for _, cell := range row {
				last = fyne.Max(last, cell.Position().Y+cell.Size().Height)
			}
		}
	}
}

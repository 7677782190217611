package widget

import (
	"image/color"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/ui/theme"
)

// themed starts an app of the test driver with our theme.
func themed(t *testing.T) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.ChoiceLight))
}

// show puts content into a window of the test driver.
func show(t *testing.T, content fyne.CanvasObject, width, height float32) fyne.Window {
	t.Helper()
	w := test.NewTempWindow(t, content)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(width, height))
	return w
}

func key(w fyne.Window, name fyne.KeyName) {
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: name})
}

func TestButtonKeyboard(t *testing.T) {
	themed(t)
	taps := 0
	first := NewButton("First", ButtonPrimary, func() { taps++ })
	second := NewButton("Second", ButtonQuiet, func() { taps += 10 })
	w := show(t, NewFlow(8, 8, first, second), 400, 80)

	w.Canvas().FocusNext()
	key(w, fyne.KeyReturn)
	key(w, fyne.KeySpace)
	if taps != 2 {
		t.Errorf("Enter and Space tapped %d times", taps)
	}
	second.Disable()
	w.Canvas().FocusNext()
	if w.Canvas().Focused() != fyne.Focusable(first) {
		t.Error("Tab stopped at a disabled button")
	}
	test.Tap(second)
	if taps != 2 {
		t.Error("a disabled button was tapped")
	}
}

func TestFocusRing(t *testing.T) {
	themed(t)
	b := NewButton("Open", ButtonPrimary, func() {})
	w := show(t, b, 200, 60)
	ring := func() *canvas.Rectangle {
		objects := test.WidgetRenderer(b).Objects()
		return objects[len(objects)-1].(*canvas.Rectangle)
	}
	if ring().Visible() {
		t.Error("the ring shows without focus")
	}
	w.Canvas().Focus(b)
	if !ring().Visible() || ring().StrokeWidth < 2 {
		t.Error("the ring does not show with focus")
	}
}

func TestToggleChip(t *testing.T) {
	themed(t)
	var got []bool
	c := NewToggleChip("read:org", false, func(on bool) { got = append(got, on) })
	w := show(t, c, 200, 60)
	w.Canvas().FocusNext()
	key(w, fyne.KeySpace)
	if !c.On() || c.face.sign != SignDone {
		t.Error("Space did not switch on with a tick")
	}
	key(w, fyne.KeyReturn)
	if c.On() || len(got) != 2 || !got[0] || got[1] {
		t.Errorf("reports are %v", got)
	}
	c.Set("read:org", true)
	if len(got) != 2 {
		t.Error("Set reported a switch that no person made")
	}
}

func TestTabBarKeys(t *testing.T) {
	themed(t)
	var got []int
	bar := NewTabBar(func(tab int) { got = append(got, tab) })
	bar.Set([]Tab{NewTab("Profile"), {Text: "Groups", Count: 14}, NewTab("Tokens")}, 0)
	w := show(t, bar, 500, 60)
	w.Canvas().FocusNext()
	for _, name := range []fyne.KeyName{fyne.KeyLeft, fyne.KeyRight, fyne.KeyEnd, fyne.KeyRight, fyne.KeyHome} {
		key(w, name)
	}
	if want := []int{1, 2, 0}; len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("the keys chose %v, want %v", got, want)
	}
	second := bar.spans()[1]
	test.TapAt(bar, fyne.NewPos(second.left+second.width/2, 10))
	if bar.Chosen() != 1 {
		t.Errorf("a tap on the second tab chose %d", bar.Chosen())
	}
	w.Resize(fyne.NewSize(150, 120)) // too narrow for one line
	bar.Resize(fyne.NewSize(150, bar.MinSize().Height))
	last := bar.spans()[2]
	if last.line != 1 || bar.MinSize().Height != 2*bar.lineHeight() {
		t.Fatalf("the last tab lies at %+v", last)
	}
	test.TapAt(bar, fyne.NewPos(last.left+last.width/2, bar.lineHeight()+10))
	if bar.Chosen() != 2 {
		t.Errorf("a tap on the tab in the second line chose %d", bar.Chosen())
	}
}

func TestAccountRowReuse(t *testing.T) {
	themed(t)
	row := NewAccountRow(func() {})
	show(t, row, 240, 56)
	first := Account{Name: "Mira Osei", Provider: "GitHub", State: "Active", Tone: ToneOK, Sign: SignActive, Picture: onePixel, Selected: true}
	second := Account{Name: "a.lund", Provider: "Work (Auth0)", State: "Sign in", Tone: ToneWarn, Sign: SignWarn}
	fresh := NewAccountRow(func() {})
	fresh.Resize(row.Size())
	fresh.Set(second)
	row.Set(first)
	row.Set(second)
	if a, b := test.RenderObjectToMarkup(row), test.RenderObjectToMarkup(fresh); a != b {
		t.Errorf("a reused row differs from a fresh one:\n%s\n%s", a, b)
	}
	var moves []int
	row.OnMove = func(rows int) { moves = append(moves, rows) }
	row.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	row.TypedKey(&fyne.KeyEvent{Name: fyne.KeyUp})
	if len(moves) != 2 || moves[0] != 1 || moves[1] != -1 {
		t.Errorf("the arrows moved by %v", moves)
	}
}

func TestAccountRowEllipsis(t *testing.T) {
	themed(t)
	row := NewAccountRow(nil)
	show(t, row, 240, 56)
	row.Set(Account{Name: "somebody.with.a.long.name@northwind.example", Provider: "Microsoft Entra ID", State: "52 minutes"})
	markup := test.RenderObjectToMarkup(row)
	if strings.Contains(markup, "northwind.example") || !strings.Contains(markup, "somebody") || !strings.Contains(markup, "…") {
		t.Errorf("the name is not shortened with an ellipsis: %s", markup)
	}
	row.Set(Account{Name: "tess@demo.example", Provider: "Microsoft Entra ID", State: "Sign in", Sign: SignWarn})
	if markup := test.RenderObjectToMarkup(row); strings.Contains(markup, "…") {
		t.Errorf("a usual name has too little room: %s", markup)
	}
}

func TestGridReuse(t *testing.T) {
	themed(t)
	facts := NewKeyValue(0, nil)
	show(t, facts, 500, 300)
	facts.Set([]KV{{Label: "A", Value: "1", Note: "verified", Sign: SignDone, Tone: ToneOK}, {Label: "B", Value: "2", Mono: true}, {Label: "C", Value: "3"}})
	facts.Set([]KV{{Label: "D", Value: "4"}})
	fresh := NewKeyValue(0, nil)
	fresh.Resize(facts.Size())
	fresh.Set([]KV{{Label: "D", Value: "4"}})
	if a, b := test.RenderObjectToMarkup(facts), test.RenderObjectToMarkup(fresh); a != b {
		t.Errorf("reused rows differ from fresh ones:\n%s\n%s", a, b)
	}
}

func TestKeyValueCopiesByKeyboard(t *testing.T) {
	themed(t)
	var got []string
	facts := NewKeyValue(0, func(kv KV) { got = append(got, kv.Value) })
	facts.Set([]KV{{Label: "A", Value: "one"}, {Label: "B", Value: "two"}})
	w := show(t, facts, 500, 300)
	w.Canvas().FocusNext()
	key(w, fyne.KeyReturn)
	key(w, fyne.KeyDown)
	key(w, fyne.KeyDown)
	w.Canvas().Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutCopy{})
	if strings.Join(got, " ") != "one two" {
		t.Errorf("copied %v", got)
	}
	only := NewKeyValue(0, nil)
	w.SetContent(only)
	w.Canvas().FocusNext()
	if w.Canvas().Focused() != nil {
		t.Error("values that cannot be copied are a stop of the Tab key")
	}
}

func TestClaimsTableScrollsToTheRow(t *testing.T) {
	themed(t)
	table := NewClaimsTable(200, func(Claim) {})
	claims := make([]Claim, 60)
	for i := range claims {
		claims[i] = Claim{Name: "roles", Value: "Reader", Meaning: "what you are allowed to do"}
	}
	table.Set(claims)
	w := show(t, NewColumn(0, table), 500, 400)
	if got := table.MinSize().Height; got != 200 {
		t.Errorf("the table is %v high", got)
	}
	w.Canvas().FocusNext()
	key(w, fyne.KeyEnd)
	top, height := table.grid.span(59)
	if offset, shown := table.scroll.Offset.Y, table.scroll.Size().Height; top < offset || top+height > offset+shown {
		t.Errorf("row at %v, but %v to %v is shown", top, offset, offset+shown)
	}
}

// What is of different heights stands on one line, as words do.
func TestFlowCentresALine(t *testing.T) {
	themed(t)
	chip, button := NewChip("Active", ToneSoft, SignNone), NewSmallButton("Edit…", ButtonQuiet, nil)
	below := NewChip("Below", ToneSoft, SignNone)
	wide := NewSmallButton("Wider than what is left", ButtonQuiet, nil)
	flow := NewFlow(6, 6, chip, button, wide, below)
	flow.Resize(fyne.NewSize(chip.MinSize().Width+button.MinSize().Width+20, 200))
	middle := func(o fyne.CanvasObject) float32 { return o.Position().Y + o.Size().Height/2 }
	if chip.Size().Height == button.Size().Height || middle(chip) != middle(button) {
		t.Errorf("the middle of the chip is at %v, that of the button at %v", middle(chip), middle(button))
	}
	if top := button.Position().Y + button.Size().Height + 6; wide.Position().Y != top || below.Position().Y < top {
		t.Errorf("the second line begins at %v, not at %v", wide.Position().Y, top)
	}
}

func TestFlowWraps(t *testing.T) {
	themed(t)
	chips := NewFlow(6, 6)
	for range 6 {
		chips.Add(NewChip("a permission", ToneOn, SignDone))
	}
	chips.Add(NewChip(strings.Repeat("very long permission ", 20), ToneSoft, SignNone))
	show(t, NewColumn(0, chips), 300, 300)
	var last fyne.Position
	for i, o := range chips.Objects {
		if right := o.Position().X + o.Size().Width; right > 300 {
			t.Errorf("chip %d ends at %v", i, right)
		}
		if i > 0 && o.Position().Y == last.Y && o.Position().X <= last.X {
			t.Errorf("chip %d lies over the one before it", i)
		}
		last = o.Position()
	}
	if last.Y == 0 {
		t.Error("nothing wrapped")
	}
	if bottom := last.Y + chips.Objects[6].Size().Height; chips.MinSize().Height != bottom {
		t.Errorf("the height is %v, the chips end at %v", chips.MinSize().Height, bottom)
	}
}

func TestTextWrap(t *testing.T) {
	themed(t)
	show(t, NewSpace(), 10, 10)
	words := strings.Repeat("some words and more ", 10) + strings.Repeat("x", 200)
	text := NewBody(words)
	text.Resize(fyne.NewSize(180, 10))
	m := text.measure()
	for _, line := range text.lines(180) {
		if m.width(line) > 180 {
			t.Errorf("the line %q is %v wide", line, m.width(line))
		}
	}
	if got := strings.ReplaceAll(strings.Join(text.lines(180), ""), " ", ""); got != strings.ReplaceAll(words, " ", "") {
		t.Error("wrapping lost letters")
	}
	short := NewText(words, TextStyle{Fit: FitWrap, MaxLines: 2})
	lines := short.lines(180)
	if len(lines) != 2 || !strings.HasSuffix(lines[1], ellipsisMark) || m.width(lines[1]) > 180 {
		t.Errorf("two lines are %q", lines)
	}
}

func TestSearchEntryHandsShortcutsOn(t *testing.T) {
	themed(t)
	var got []string
	left := 0
	e := NewSearchEntry("Search", "Ctrl K", nil)
	e.OnShortcut = func(s fyne.Shortcut) { got = append(got, s.ShortcutName()) }
	e.OnLeave = func() { left++ }
	w := show(t, e, 300, 60)
	w.Canvas().Focus(e)
	e.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyL, Modifier: fyne.KeyModifierControl})
	e.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyLeft, Modifier: fyne.KeyModifierControl})
	if len(got) != 1 || !strings.Contains(got[0], "L") {
		t.Errorf("handed on %v", got)
	}
	test.Type(e, "mira")
	if e.ActionItem.Visible() {
		t.Error("the hint lies over the text")
	}
	e.TypedShortcut(&fyne.ShortcutSelectAll{})
	if e.SelectedText() != "mira" {
		t.Error("a shortcut of the field was taken from it")
	}
	key(w, fyne.KeyEscape)
	if e.Text != "" || left != 0 {
		t.Error("Escape did not empty the field first")
	}
	key(w, fyne.KeyEscape)
	if left != 1 {
		t.Error("Escape did not leave the empty field")
	}
}

func TestThemeSwitch(t *testing.T) {
	themed(t)
	card := NewCard(NewBody("words"))
	w := show(t, card, 300, 100)
	colors := func() (ground, text color.Color) {
		objects := test.WidgetRenderer(card).Objects()
		line := test.WidgetRenderer(card.content.(*Text)).Objects()[0].(*canvas.Text)
		return objects[1].(*canvas.Rectangle).FillColor, line.Color
	}
	lightGround, lightText := colors()
	test.ApplyTheme(t, theme.New(theme.ChoiceDark))
	w.Content().Refresh()
	darkGround, darkText := colors()
	if lightGround == darkGround || lightText == darkText {
		t.Errorf("the switch left %v on %v", darkText, darkGround)
	}
	if want := theme.New(theme.ChoiceDark).Color(theme.ColorSurface, 0); darkGround != want {
		t.Errorf("the ground is %v, want %v", darkGround, want)
	}
}

func TestTwoPane(t *testing.T) {
	themed(t)
	rail, main := NewSpace(), NewSpace()
	pane := NewTwoPane(rail, main, "Accounts", "Back")
	w := show(t, pane, 1000, 680)
	if main.Position().X != 264 {
		t.Errorf("the page begins at %v", main.Position().X)
	}
	w.Resize(fyne.NewSize(720, 520))
	if main.Position().X != railNarrow || main.Size().Width != 720-railNarrow {
		t.Errorf("in a narrow window the page begins at %v", main.Position().X)
	}
	pane.ShowRail(false)
	if main.Size().Width != 720 {
		t.Error("a hidden rail keeps its width")
	}
}

func TestPageKnowsItsHeight(t *testing.T) {
	themed(t)
	body := NewBody(strings.Repeat("many words that wrap ", 60))
	page := NewPage(NewCard(body))
	show(t, page, 400, 300)
	want := float32(len(body.lines(body.Size().Width))) * body.measure().lineHeight()
	if body.Size().Height != want {
		t.Errorf("the text has %v, needs %v", body.Size().Height, want)
	}
	if got := page.scroll.Content.Size().Height; got < want {
		t.Errorf("the page scrolls over %v of %v", got, want)
	}
}

func TestBesideStacks(t *testing.T) {
	themed(t)
	a, b := NewButton("A", ButtonQuiet, nil), NewButton("B", ButtonQuiet, nil)
	both := NewBeside(Beside{Gap: 10, Break: 400}, a, b)
	show(t, NewColumn(0, both), 500, 200)
	if a.Position().Y != b.Position().Y {
		t.Error("in a wide row the two are not beside each other")
	}
	both.Resize(fyne.NewSize(300, 200))
	if b.Position().Y <= a.Position().Y {
		t.Error("in a narrow row the two are not below each other")
	}
}

func TestInitials(t *testing.T) {
	themed(t)
	for name, want := range map[string]string{
		"Mira Osei": "MO", "mira@northwind.example": "MI", "a.lund": "AL", "": "?", "Ärla": "ÄR", "Tess van Demo": "TD",
	} {
		if got := initials(name); got != want {
			t.Errorf("initials(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestAvatarPicture(t *testing.T) {
	themed(t)
	a := NewAvatar(AvatarSmall)
	show(t, a, 50, 50)
	a.Set("Mira Osei", onePixel)
	if a.picture == nil {
		t.Error("a picture was not read")
	}
	a.Set("Mira Osei", []byte("<html>not a picture"))
	if a.picture != nil {
		t.Error("the picture of before stays")
	}
}

func TestStepListPulseEnds(t *testing.T) {
	themed(t)
	s := NewStepList()
	show(t, s, 500, 200)
	s.Set([]Step{{Sign: SignWorking, Text: "Waiting for sign-in"}})
	if s.pulse == nil {
		t.Error("work does not move")
	}
	s.turn(3)
	if got := s.painted.signs[0][0].phase; got != 3 {
		t.Errorf("the sign is at phase %d", got)
	}
	s.Rest(true)
	s.Set([]Step{{Sign: SignWorking, Text: "Still waiting"}})
	if s.pulse != nil {
		t.Error("it moves although no one can see it")
	}
	s.Rest(false)
	if s.pulse == nil {
		t.Error("it no longer moves")
	}
	s.Set([]Step{{Sign: SignDone, Text: "Done"}})
	if s.pulse != nil {
		t.Error("the pulse goes on after the work")
	}
}

// TestSignSettles keeps a sign from making new objects in a layout: Fyne would
// lay it out again with every frame, for ever.
func TestSignSettles(t *testing.T) {
	themed(t)
	s := NewSign(SignDone)
	show(t, s, 16, 16)
	r := test.WidgetRenderer(s)
	before := r.Objects()[0]
	r.Layout(s.Size())
	r.Refresh()
	if r.Objects()[0] != before {
		t.Error("a layout without a change made new objects")
	}
	s.Set(SignFailed, "")
	if r.Objects()[0] == before {
		t.Error("another sign draws the old one")
	}
}

// onePixel is a GIF of one pixel.
var onePixel = []byte("GIF89a\x01\x00\x01\x00\x80\x01\x00\xff\xff\xff\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b")

func TestQRKeepsItsPlace(t *testing.T) {
	themed(t)
	q := NewQR("An address")
	show(t, NewCentre(q), 300, 300)
	if !q.Empty() || q.MinSize().Width != QRSide {
		t.Errorf("empty: %v, %v", q.Empty(), q.MinSize())
	}
	for _, text := range []string{"https://login.example/device", "https://login.example/device?user_code=" + strings.Repeat("A", 200)} {
		q.Set(text)
		if q.Empty() || q.MinSize().Width != QRSide {
			t.Errorf("%d characters: %v, %v", len(text), q.Empty(), q.MinSize())
		}
	}
	q.Set(strings.Repeat("much", 2000))
	if !q.Empty() {
		t.Error("a text that is too long gives a code")
	}
}

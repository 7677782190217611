package screen

import (
	"slices"
	"time"

	"fyne.io/fyne/v2/lang"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// routeConsent is the page of a program that wants a token. Like [routeQuit], it lies
// over the route, which stays what it is.
const routeConsent state.Route = "consent"

// consentPage asks whether a program may have a token. What it is about scrolls; the
// answers are always to be seen.
type consentPage struct {
	kit     *kit
	all     *fyne.Container
	page    *widget.Page
	title   *widget.Text
	text    *widget.Text
	place   *widget.Chip
	facts   *widget.KeyValue
	warning *widget.Notice
	warns   string // what it says
	left    *widget.Text
	deny    *widget.Button
	allow   []allowing
	shown   *state.ConsentQuestion
}

// allowing is a button with the answer that it gives.
type allowing struct {
	*widget.Button
	answer consent.Answer
}

func newConsent(k *kit) page {
	c := &consentPage{kit: k, facts: k.keyValue(104, false), left: widget.NewMuted("")}
	own := *k
	own.keys.Pressed = c.pressed
	k = &own
	c.title, c.text = widget.NewHeading(""), widget.NewMuted("")
	c.place = widget.NewChip("", widget.ToneSoft, widget.SignNone)
	c.warning = widget.NewNotice(widget.ToneWarn, "", "")
	c.warning.Hide()
	c.page = widget.NewSubpage(centred(widget.NewColumn(theme.Gap, widget.NewCopyArea(c.text), c.warning, widget.NewCard(c.facts))))
	// The keyboard is on the button that denies: who types on allows nothing.
	c.deny = k.button(lang.L("Deny"), widget.ButtonPrimary, k.store.Consent.Deny)
	buttons := widget.NewFlow(10, 10, c.deny)
	for _, a := range []struct {
		answer consent.Answer
		text   string
	}{{consent.Once, lang.L("Allow once")}, {consent.Hour, lang.L("Allow for an hour")}, {consent.Forever, lang.L("Always allow")}} {
		b := k.button(a.text, widget.ButtonQuiet, func() { k.store.Consent.Answer(a.answer) })
		c.allow = append(c.allow, allowing{b, a.answer})
		buttons.Add(b)
	}
	top := &fyne.Container{Layout: topLayout{}, Objects: []fyne.CanvasObject{centred(widget.NewRow(theme.Gap, 0, widget.NewCopyArea(c.title), c.place))}}
	bottom := &fyne.Container{Layout: bottomLayout{}, Objects: []fyne.CanvasObject{centred(
		widget.NewColumn(theme.GapSmall, buttons, c.left))}}
	c.all = &fyne.Container{Layout: betweenLayout{}, Objects: []fyne.CanvasObject{top, c.page, bottom}}
	return c
}

func (c *consentPage) object() fyne.CanvasObject  { return c.all }
func (c *consentPage) focus() fyne.Focusable      { return c.deny }
func (c *consentPage) content() fyne.CanvasObject { return c.page }

func (c *consentPage) fixed() []fyne.CanvasObject {
	out := []fyne.CanvasObject{c.deny}
	for _, b := range c.allow {
		out = append(out, b.Button)
	}
	return out
}

func (c *consentPage) render(st state.State) {
	q := st.Consent.First()
	if q == nil {
		return
	}
	c.title.SetText(lang.L("{{.Program}} wants a token", map[string]any{"Program": programName(q.Program)}))
	c.text.SetText(lang.L("It is for {{.Account}}. Allow it only if you started this program and know what it is for.", map[string]any{"Account": accountOf(q.Question)}))
	at, of := st.Consent.Place()
	c.place.Set(lang.L("{{.At}} of {{.Of}}", map[string]any{"At": at, "Of": of}), widget.ToneSoft, widget.SignNone)
	show(c.place, of > 1)
	c.facts.Set(consentFacts(q.Question))
	for _, b := range c.allow {
		show(b.Button, slices.Contains(q.Answers(), b.answer))
	}
	c.tick(st)
	if c.shown != q {
		c.shown = q
		c.page.ScrollToTop()
		c.kit.focus(c.deny)
	}
	c.all.Refresh()
}

// pressed hears of each key: some scroll what is asked about.
func (c *consentPage) pressed(ev *fyne.KeyEvent) {
	if ev.Name != fyne.KeyEscape { // which only denies
		c.kit.store.Consent.TypingOn()
	}
	step := map[fyne.KeyName]float32{fyne.KeyUp: 40, fyne.KeyDown: -40, fyne.KeyPageUp: 200, fyne.KeyPageDown: -200}[ev.Name]
	if step != 0 {
		c.page.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, step)})
	}
}

// tick sets what time alone changes: how long there is, and whether the program still
// waits.
func (c *consentPage) tick(st state.State) {
	q := st.Consent.First()
	if q == nil {
		return
	}
	ready, wanted := st.Consent.Ready(st.Now), q.Wanted == nil || q.Wanted()
	for _, b := range c.allow {
		enable(b.Button, ready && (wanted || b.answer != consent.Once))
	}
	c.left.SetText(lang.L("Without an answer it is denied in {{.Time}}.", map[string]any{"Time": words.Countdown(q.Until.Sub(st.Now).Round(time.Second))}))
	text := words.Said(q.Warning())
	if !wanted {
		text = lang.L("The program no longer waits. What you allow for longer than once counts when it asks again.")
	}
	if text != c.warns {
		c.warns = text
		c.warning.Set(widget.ToneWarn, "", text)
		show(c.warning, text != "")
		c.all.Refresh()
	}
}

// leave forgets the question.
func (c *consentPage) leave() { c.shown = nil }

// programName is what a program is called.
func programName(p consent.Program) string {
	// Short, so that what it wants stands beside it.
	if name := plain.Phrase(p.Title, 28); name != "" {
		return name
	}
	return lang.L("A program")
}

// accountOf is the account that a question is about.
func accountOf(q consent.Question) string {
	name := plain.Short(q.AccountName)
	if name == "" {
		name = q.Account
	}
	return words.At(name, plain.Short(q.Provider))
}

// mostPath bounds the path of a program, in characters: all of it is in sight, in the
// narrowest window too.
const mostPath = 150

// consentFacts are what the program wants, then what the kernel says of it. The program
// chose some of these texts: they add no lines and push nothing out of sight.
func consentFacts(q consent.Question) []widget.KV {
	var wants, out []widget.KV
	for _, f := range q.Facts() {
		line := widget.KV{Label: words.Said(f.Name), Value: plain.Line(words.FactText(f), 400)}
		switch f.Name {
		case "Program":
			line.Value, line.Mono = plain.Ends(words.FactText(f), mostPath), true
		case "Command", "Folder", "Terminal":
			line.Mono = true
		case "Account":
			line.Value = accountOf(q)
			wants = append(wants, line)
			continue
		case "Scopes", "Gets":
			wants = append(wants, line)
			continue
		}
		out = append(out, line)
	}
	return append(wants, out...)
}

// centred keeps what is read in lines of a good length in the middle.
func centred(o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: narrowLayout{width: 640}, Objects: []fyne.CanvasObject{o}}
}

// bottomLayout has the margins of a page, without its upper one.
type bottomLayout struct{}

func (bottomLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[0].MinSize().AddWidthHeight(2*theme.GapLarge, theme.GapSmall+theme.PageTop)
}

func (bottomLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	left, width := theme.Margins(size.Width)
	objects[0].Move(fyne.NewPos(left, theme.GapSmall))
	objects[0].Resize(fyne.NewSize(width, size.Height-theme.GapSmall-theme.PageTop))
}

// betweenLayout gives the first and the last object their heights, and the one
// between them what it needs of the rest.
type betweenLayout struct{}

func (betweenLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		least := o.MinSize()
		size = fyne.NewSize(fyne.Max(size.Width, least.Width), size.Height+least.Height)
	}
	return size
}

func (betweenLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	top, page, bottom := objects[0], objects[1], objects[2]
	for range 2 { // what wraps knows its height only after its width
		top.Resize(fyne.NewSize(size.Width, top.MinSize().Height))
		bottom.Resize(fyne.NewSize(size.Width, bottom.MinSize().Height))
	}
	above := top.Size().Height
	rest := fyne.Max(0, size.Height-above-bottom.Size().Height)
	page.Move(fyne.NewPos(0, above))
	page.Resize(fyne.NewSize(size.Width, rest))
	if p, ok := page.(*widget.Page); ok && p.Need() < rest {
		rest = p.Need()
		page.Resize(fyne.NewSize(size.Width, rest))
	}
	bottom.Move(fyne.NewPos(0, above+rest))
}

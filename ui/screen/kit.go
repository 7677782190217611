package screen

import (
	"unicode/utf8"

	"fyne.io/fyne/v2/lang"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// page is one page of the window.
type page interface {
	// object is what the window shows; always the same one.
	object() fyne.CanvasObject
	// render sets everything from a state with this page's route.
	render(st state.State)
	// focus is what the keyboard acts on when the page opens, or nil.
	focus() fyne.Focusable
}

// ticker is a page that draws only what time changed, when nothing else did.
type ticker interface{ tick(st state.State) }

// leaver is a page that stops something when it is left.
type leaver interface{ leave() }

// partly is a page of which content scrolls and fixed does not.
type partly interface {
	content() fyne.CanvasObject
	fixed() []fyne.CanvasObject
}

// kit makes the parts of pages so that they hand on the window's keys.
type kit struct {
	store *state.Store
	files Files
	keys  widget.Keys
	// focus puts the keyboard somewhere, refocus where it is when the page
	// opens.
	focus   func(fyne.Focusable)
	refocus func()
	// moving are the lists that move by themselves while the window is seen.
	moving []*widget.StepList
}

func (k *kit) button(text string, kind widget.ButtonKind, tapped func()) *widget.Button {
	b := widget.NewButton(text, kind, tapped)
	b.SetKeys(k.keys)
	return b
}

func (k *kit) small(text string, kind widget.ButtonKind, tapped func()) *widget.Button {
	b := widget.NewSmallButton(text, kind, tapped)
	b.SetKeys(k.keys)
	return b
}

func (k *kit) chip(text string, on bool, changed func(bool)) *widget.ToggleChip {
	c := widget.NewToggleChip(text, on, changed)
	c.SetKeys(k.keys)
	return c
}

func (k *kit) entry(placeholder string) *widget.Entry {
	return k.keyed(widget.NewEntry(placeholder))
}

func (k *kit) password(placeholder string) *widget.Entry {
	return k.keyed(widget.NewPasswordEntry(placeholder))
}

func (k *kit) textArea(placeholder string, rows int) *widget.Entry {
	return k.keyed(widget.NewTextArea(placeholder, rows))
}

// keyed lets a text field hand on what means nothing to it.
func (k *kit) keyed(e *widget.Entry) *widget.Entry {
	e.OnShortcut, e.OnEscape, e.OnFocus, e.OnScroll = k.keys.Shortcut, k.keys.Escape, k.keys.Focused, k.keys.Scrolled
	e.OnBare = k.keys.Bare
	return e
}

func (k *kit) keyValue(labelWidth float32, copied bool) *widget.KeyValue {
	var onCopy func(widget.KV)
	if copied {
		onCopy = func(line widget.KV) { k.store.CopyText(line.Value, line.Label) }
	}
	kv := widget.NewKeyValue(labelWidth, onCopy)
	kv.SetKeys(k.keys)
	return kv
}

// claimsTable is a table whose lines are copied when tapped.
func (k *kit) claimsTable() *widget.ClaimsTable {
	t := widget.NewClaimsTable(0, func(c widget.Claim) { k.store.CopyText(c.Value, c.Name) })
	t.SetKeys(k.keys)
	return t
}

func (k *kit) steps() *widget.StepList {
	s := widget.NewStepList()
	s.SetKeys(k.keys)
	k.moving = append(k.moving, s)
	return s
}

// rest stops what moves by itself, or lets it move again.
func (k *kit) rest(resting bool) {
	for _, s := range k.moving {
		s.Rest(resting)
	}
}

// head is the title of a page with the sentence below it.
type head struct {
	title, text *widget.Text
	*fyne.Container
}

func newHead(title, text string) head {
	h := head{title: widget.NewHeading(title), text: widget.NewMuted(text)}
	h.Container = widget.NewColumn(0, widget.NewCopyArea(widget.NewColumn(theme.GapTiny, h.title, h.text), h.title, h.text))
	return h
}

// with puts buttons beside the head, such as the way back: it is in sight wherever a
// page is long.
func (h head) with(buttons ...fyne.CanvasObject) fyne.CanvasObject {
	return widget.NewRow(theme.Gap, 0, append([]fyne.CanvasObject{h.Container}, buttons...)...)
}

// titled is a card with a title.
func titled(title string, objects ...fyne.CanvasObject) *widget.Card {
	return widget.NewCard(widget.NewColumn(10, append([]fyne.CanvasObject{widget.NewSubtitle(title)}, objects...)...))
}

// field is an entry with its name above and help below.
func field(name, help string, entry fyne.CanvasObject) *fyne.Container {
	c := widget.NewColumn(theme.GapTiny, widget.NewText(name, widget.TextStyle{Bold: true, Fit: widget.FitEllipsis}), entry)
	if help != "" {
		c.Add(widget.NewMuted(help))
	}
	return c
}

// show makes an object visible or not.
func show(o fyne.CanvasObject, visible bool) {
	if o.Visible() == visible {
		return
	}
	if visible {
		o.Show()
	} else {
		o.Hide()
	}
}

// enable switches a control on or off.
func enable(d fyne.Disableable, on bool) {
	if d.Disabled() != on {
		return
	}
	if on {
		d.Enable()
	} else {
		d.Disable()
	}
}

// setBusy shows on a button whether what it started still goes on.
func setBusy(b *widget.Button, busy bool, idle, working string) {
	text := idle
	if busy {
		text = working
	}
	b.SetText(text)
	enable(b, !busy)
}

// setError shows what is wrong; "" is nothing.
func setError(n *widget.Notice, text string) {
	n.Set(widget.ToneBad, "", text)
	show(n, text != "")
}

// setEntry fills a field and reports nothing.
func setEntry(e *widget.Entry, text string) {
	changed := e.OnChanged
	e.OnChanged = nil
	e.SetText(text)
	e.OnChanged = changed
	if !e.MultiLine { // to go on typing at its end
		e.CursorColumn = utf8.RuneCountInString(text)
		e.Refresh()
	}
}

func tone(t words.Tone) (widget.Tone, widget.SignKind) {
	switch t {
	case words.ToneOK:
		return widget.ToneOK, widget.SignActive
	case words.ToneWarn:
		return widget.ToneWarn, widget.SignWarn
	case words.ToneMuted:
		return widget.ToneSoft, widget.SignPending
	default:
		return widget.ToneSoft, widget.SignPending
	}
}

func noticeTone(k state.NoticeKind) widget.Tone {
	switch k {
	case state.NoticeGood:
		return widget.ToneOK
	case state.NoticeWarn:
		return widget.ToneWarn
	case state.NoticeBad:
		return widget.ToneBad
	case state.NoticeInfo:
		return widget.ToneSoft
	default:
		return widget.ToneSoft
	}
}

func stepSign(s words.StepState) widget.SignKind {
	switch s {
	case words.StepDone:
		return widget.SignDone
	case words.StepRunning:
		return widget.SignWorking
	case words.StepFailed:
		return widget.SignFailed
	case words.StepNote:
		return widget.SignWarn
	case words.StepPending, words.StepSkipped:
		return widget.SignPending
	default:
		return widget.SignPending
	}
}

func steps(rows []words.StepRow) []widget.Step {
	out := make([]widget.Step, len(rows))
	for i, r := range rows {
		out[i] = widget.Step{Sign: stepSign(r.State), Text: r.Text, Detail: r.Detail, Time: r.Took}
	}
	return out
}

func claims(list []words.Claim) []widget.Claim {
	out := make([]widget.Claim, len(list))
	for i, c := range list {
		out[i] = widget.Claim{Name: c.Name, Value: c.Value, Meaning: c.Meaning, Plain: !c.Mono}
	}
	return out
}

// pairs are lines of words for a KeyValue.
func pairs(list []words.Pair) []widget.KV {
	out := make([]widget.KV, len(list))
	for i, p := range list {
		out[i] = widget.KV{Label: p.Label, Value: p.Value, Mono: p.Mono}
		if p.Verified {
			out[i].Note, out[i].Sign, out[i].Tone = lang.L("verified"), widget.SignDone, widget.ToneOK
		}
	}
	return out
}

package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/tryit"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// treeHeight is the most that a tree takes; longer ones scroll.
const treeHeight float32 = 340

// tryAnswer is the card of the answer.
type tryAnswer struct {
	kit     *kit
	card    *widget.Card
	none    *widget.EmptyState
	inside  *fyne.Container
	status  *widget.Chip
	facts   *widget.Text
	note    *widget.Notice
	fold    *widget.Button
	headers *widget.ClaimsTable
	body    *tryBody
	save    *widget.Button
	stop    *widget.Button
	saved   *widget.Text
	shown   *tryit.Answer
}

func newTryAnswer(k *kit) *tryAnswer {
	s := k.store
	a := &tryAnswer{kit: k, none: widget.NewEmptyState(widget.DrawingRequest, "", "", nil)}
	a.status, a.facts = widget.NewChip("", widget.ToneOK, widget.SignNone), widget.NewText("", widget.TextStyle{Color: theme.ColorMuted, Fit: widget.FitEllipsis})
	a.note = widget.NewNotice(widget.ToneWarn, "", "")
	a.fold = k.small("", widget.ButtonQuiet, s.Try.ToggleHeaders)
	a.headers = k.claimsTable()
	a.body = newTryBody(k)
	a.save = k.small(lang.L("Save…"), widget.ButtonQuiet, func() { k.files.Save("response", s.Try.Save) })
	a.stop = k.small(lang.L("Cancel"), widget.ButtonQuiet, s.Try.Cancel)
	a.saved = widget.NewMuted("")
	a.inside = widget.NewColumn(theme.Gap,
		widget.NewBeside(widget.Beside{Gap: theme.GapSmall, Break: 560}, widget.NewRow(theme.GapSmall, 1, a.status, widget.NewCopyArea(a.facts)),
			widget.NewFlow(theme.GapSmall, theme.GapSmall, a.fold, a.save, a.stop)),
		a.note, widget.NewCopyArea(a.saved), a.headers, a.body.object)
	a.card = titled(lang.L("Response"), a.none.Container, a.inside)
	return a
}

// set sets everything; the page around it lays it out.
func (a *tryAnswer) set(p state.TryPage) {
	a.none.SetText(lang.L("The response appears here."))
	if p.Sending {
		a.none.SetText(lang.L("Waiting for the response…"))
	}
	show(a.none.Container, p.Answer == nil)
	show(a.inside, p.Answer != nil)
	x := p.Answer
	a.body.set(x)
	if x == nil {
		a.shown = nil
		a.headers.Set(nil)
		return
	}
	a.saved.SetText(savedText(p.Save))
	show(a.saved, a.saved.Text() != "")
	setBusy(a.save, p.Save.Saving, lang.L("Save…"), lang.L("Saving…"))
	show(a.save, x.Kind != tryit.Empty && p.Save.Saved == "" && p.Save.Error == "")
	show(a.stop, p.Save.Saving)
	show(a.headers, p.Headers)
	a.fold.SetText(lang.N("{{.Count}} headers", len(x.Headers), map[string]any{"Count": len(x.Headers)}))
	if a.shown == x {
		return
	}
	a.shown = x
	tone, sign := statusTone(x.Status)
	a.status.Set(statusText(x), tone, sign)
	a.facts.SetText(factsText(x))
	text := answerText(x)
	a.note.Set(noteTone(x), "", text)
	show(a.note, text != "")
	lines := make([]widget.Claim, len(x.Headers))
	for i, h := range x.Headers {
		lines[i] = widget.Claim{Name: h.Name, Value: h.Value}
	}
	a.headers.Set(lines)
}

func statusTone(status int) (widget.Tone, widget.SignKind) {
	switch {
	case status < 300:
		return widget.ToneOK, widget.SignDone
	case status < 400:
		return widget.ToneSoft, widget.SignInfo
	}
	return widget.ToneBad, widget.SignFailed
}

func noteTone(a *tryit.Answer) widget.Tone {
	if a.Status >= 400 || a.Redirect != nil || a.Cut != "" {
		return widget.ToneWarn
	}
	return widget.ToneSoft
}

// tryBody is the answer's body.
type tryBody struct {
	object  *fyne.Container
	search  *widget.SearchEntry
	count   *widget.Text
	before  *widget.Button
	after   *widget.Button
	unfold  *widget.Button
	bar     *fyne.Container
	tree    *widget.Tree
	holder  *fyne.Container
	detail  *fyne.Container
	path    *widget.Text
	value   *widget.Text
	picture *canvas.Image
	shown   *tryit.Answer
	open    bool
}

func newTryBody(k *kit) *tryBody {
	b := &tryBody{tree: widget.NewTree(), picture: widget.NewPicture(), count: widget.NewLabelMuted("")}
	b.tree.SetKeys(k.keys)
	b.search = widget.NewSearchEntry(lang.L("Search the response"), "", func(text string) {
		b.tree.Search(text)
		b.found()
	})
	b.search.OnShortcut, b.search.OnScroll, b.search.OnEscape = k.keys.Shortcut, k.keys.Scrolled, k.keys.Escape
	b.search.OnLeave = func() { k.focus(b.tree) }
	next := func(by int) {
		b.tree.Next(by)
		b.found()
	}
	b.search.OnSubmitted = func(string) { next(1) }
	b.before = k.small("‹", widget.ButtonQuiet, func() { next(-1) })
	b.after = k.small("›", widget.ButtonQuiet, func() { next(1) })
	b.unfold = k.small("", widget.ButtonQuiet, func() {
		b.open = !b.open
		b.tree.OpenAll(b.open)
		b.unfoldText()
	})
	b.path = widget.NewText("", widget.TextStyle{Mono: true, Color: theme.ColorMuted, Fit: widget.FitWrap, MaxLines: 2})
	b.value = widget.NewText("", widget.TextStyle{Mono: true, Fit: widget.FitWrap, MaxLines: 6})
	copyValue := func() {
		if t, at := b.tree.Current(); at >= 0 {
			k.store.CopyText(t.Value(at), lang.L("Value"))
		}
	}
	copyPath := func() {
		if t, at := b.tree.Current(); at >= 0 {
			k.store.CopyText(t.Path(at), lang.L("Path"))
		}
	}
	b.tree.OnCopy = copyValue
	b.tree.OnMenu = func(row int) []*fyne.MenuItem {
		b.tree.Point(row)
		return []*fyne.MenuItem{fyne.NewMenuItem(lang.L("Copy value"), copyValue), fyne.NewMenuItem(lang.L("Copy path"), copyPath)}
	}
	b.tree.OnMoved = b.current
	b.detail = widget.NewColumn(theme.GapTiny, b.path, b.value, widget.NewFlow(theme.GapSmall, theme.GapSmall,
		k.small(lang.L("Copy value"), widget.ButtonQuiet, copyValue), k.small(lang.L("Copy path"), widget.ButtonQuiet, copyPath)))
	b.bar = widget.NewRow(theme.GapSmall, 0, b.search, b.count, b.before, b.after, b.unfold)
	b.holder = &fyne.Container{Layout: treeLayout{b.tree}, Objects: []fyne.CanvasObject{b.tree}}
	b.object = widget.NewColumn(theme.GapSmall, b.bar, b.holder, b.detail, b.picture)
	return b
}

func (b *tryBody) unfoldText() {
	text := lang.L("Expand all")
	if b.open {
		text = lang.L("Collapse all")
	}
	b.unfold.SetText(text)
}

// set shows a body.
func (b *tryBody) set(a *tryit.Answer) {
	if b.shown == a {
		return
	}
	b.shown, b.open = a, false
	hasTree := a != nil && a.Tree != nil
	show(b.bar, hasTree)
	show(b.holder, hasTree)
	show(b.detail, hasTree)
	b.search.SetText("")
	b.unfoldText()
	if hasTree {
		show(b.unfold, !a.Tree.Lined)
		b.tree.SetTree(a.Tree)
	} else {
		b.tree.SetTree(nil)
	}
	b.found()
	b.current()
	show(b.picture, a != nil && a.Picture != nil)
	if a == nil {
		widget.SetPicture(b.picture, nil)
		return
	}
	widget.SetPicture(b.picture, a.Picture)
}

// found says how many rows fit the search.
func (b *tryBody) found() {
	text := ""
	at, n := b.tree.Hit()
	if b.search.Text != "" {
		text = lang.L("{{.At}} of {{.Of}}", map[string]any{"At": at, "Of": n})
		if n == 0 {
			text = lang.L("No matches")
		}
	}
	b.count.SetText(text)
	show(b.count, text != "")
	show(b.before, n > 1)
	show(b.after, n > 1)
	b.bar.Refresh()
}

// maxValue bounds what is shown of a value, in characters.
const maxValue = 2000

// current shows the current row in full.
func (b *tryBody) current() {
	t, at := b.tree.Current()
	if at < 0 {
		b.path.SetText("")
		b.value.SetText("")
		return
	}
	b.path.SetText(t.Path(at))
	show(b.path, t.Nodes[at].Parent >= 0) // the whole has no place in anything
	text := ""
	if n := &t.Nodes[at]; !n.Folds() {
		text = t.Value(at)
	}
	b.value.SetText(cutText(text, maxValue))
	show(b.value, text != "")
	b.object.Refresh()
}

func cutText(s string, most int) string {
	r := []rune(s[:min(len(s), 4*most)])
	return string(r[:min(len(r), most)])
}

// treeLayout gives a tree as much height as it has rows, up to a bound.
type treeLayout struct{ tree *widget.Tree }

func (l treeLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(120, fyne.Min(treeHeight, l.tree.Need()))
}

func (treeLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.Position{})
	objects[0].Resize(size)
}

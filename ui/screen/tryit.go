package screen

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	fynetheme "fyne.io/fyne/v2/theme"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/tryit"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
)

// try is the Try it tab: a request, its answer, and those before.
type try struct {
	kit     *kit
	page    *widget.Page
	request *tryRequest
	answer  *tryAnswer
	sent    *trySent
	unread  *widget.Notice
	account string
	answers uint64
}

func newTry(k *kit) tab {
	t := &try{kit: k, request: newTryRequest(k), answer: newTryAnswer(k), sent: newTrySent(k), unread: widget.NewNotice(widget.ToneWarn, "", "")}
	t.page = widget.NewSubpage(t.unread, t.request.card, t.answer.card, t.sent.card, t.sent.allowed)
	return t
}

func (t *try) object() fyne.CanvasObject { return t.page }

func (t *try) render(st state.State, a *auth.Account) {
	p := st.Try
	if t.account != a.ID {
		t.account, t.answers = a.ID, p.Answers
		t.page.ScrollToTop()
	}
	t.unread.Set(widget.ToneWarn, "", p.Unread)
	show(t.unread, p.Unread != "")
	asked := t.request.asked
	t.request.set(p)
	t.answer.set(p)
	t.sent.set(p, st.Now)
	t.page.Refresh()
	if q := t.request.question; p.Ask != nil && !asked { // all of it, not only the button that gets the keyboard
		t.kit.bring(q)
	}
	if p.Answers != t.answers {
		t.answers = p.Answers
		t.page.ScrollTo(t.answer.card)
	}
}

func (t *try) tick(st state.State, _ *auth.Account) {
	t.sent.set(st.Try, st.Now)
	t.page.Settle()
}

// tryRequest is the card of the request.
type tryRequest struct {
	kit      *kit
	card     *widget.Card
	suggests *fyne.Container
	waits    *fyne.Container // in the place of suggests
	buttons  []*widget.Button
	methods  map[string]*widget.ToggleChip
	url      *widget.Entry
	headers  *widget.Entry
	body     *widget.Entry
	bodyRow  fyne.CanvasObject
	send     *widget.Button
	cancel   *widget.Button
	copies   []*widget.Button
	missing  *widget.Notice
	mistake  *widget.Notice
	question *widget.Card
	asks     *widget.Text
	warns    *widget.Text
	answers  answers
	asked    bool
	known    *tryit.Page
	fields   state.TryFields
	form     uint64
}

func newTryRequest(k *kit) *tryRequest {
	s := k.store
	r := &tryRequest{kit: k, methods: map[string]*widget.ToggleChip{}, suggests: widget.NewFlow(6, 6)}
	r.waits = widget.NewFlow(6, 6)
	for _, like := range []string{lang.L("Profile"), lang.L("Permissions"), lang.L("Groups")} {
		r.waits.Add(widget.NewSkeleton(widget.NewSmallButton(like, widget.ButtonQuiet, nil)))
	}
	chips := widget.NewFlow(6, 6)
	for _, m := range tryit.Methods() {
		c := k.chip(m, false, func(bool) {
			r.fields.Method = m
			s.Try.Set(r.fields)
			r.chips() // a chip that was chosen already switches itself off
		})
		r.methods[m] = c
		chips.Add(c)
	}
	widget.LinkArrows(chips, k.focus, nil)
	r.url = k.entry("https://")
	r.headers = k.textArea("Accept: application/json", 2)
	r.body = k.textArea(`{"name": "value"}`, 4)
	r.url.OnChanged = func(text string) { r.fields.URL = text; s.Try.Set(r.fields) }
	r.headers.OnChanged = func(text string) { r.fields.HeaderText = text; s.Try.Set(r.fields) }
	r.body.OnChanged = func(text string) { r.fields.Body = text; s.Try.Set(r.fields) }
	r.url.OnSubmitted = func(string) { s.Try.Send() }
	r.send = k.button(lang.X("try.send", "Send"), widget.ButtonPrimary, s.Try.Send)
	r.cancel = k.button(lang.L("Cancel"), widget.ButtonQuiet, s.Try.Cancel)
	for _, c := range []struct {
		form tryit.Form
		text string
	}{{tryit.Curl, "curl"}, {tryit.Go, "Go"}, {tryit.Python, "Python"}} {
		r.copies = append(r.copies, k.small(lang.L("Copy as {{.Form}}", map[string]any{"Form": c.text}), widget.ButtonQuiet, func() {
			s.Try.Copy(c.form, lang.L("{{.Form}} command", map[string]any{"Form": c.text}))
		}))
	}
	r.missing, r.mistake = widget.NewNotice(widget.ToneWarn, "", ""), widget.NewNotice(widget.ToneBad, "", "")
	r.newQuestion()
	r.bodyRow = field(lang.L("Body"), "", r.body)
	r.card = titled(lang.L("Request"),
		widget.NewMuted(lang.L("Sends a request with this account's access token.")),
		r.waits, r.suggests, chips, field(lang.L("Address"), "", widget.NewRow(theme.GapSmall, 0, r.url, r.send, r.cancel)),
		r.mistake, r.question,
		field(lang.L("Headers"), lang.L("One a line. The token is added when the request is sent."), r.headers), r.missing, r.bodyRow,
		widget.NewFlow(theme.GapSmall, theme.GapSmall, r.copies[0], r.copies[1], r.copies[2]))
	return r
}

// newQuestion makes the question before another server gets the token.
func (r *tryRequest) newQuestion() {
	s := r.kit.store
	// All of the server's name is to be seen: what is cut off could be another one's.
	r.asks, r.warns = widget.NewText("", widget.TextStyle{Size: fynetheme.SizeNameSubHeadingText, Bold: true, Fit: widget.FitWrap}), widget.NewBody("")
	r.answers = newAnswers(r.kit.button(lang.L("Cancel"), widget.ButtonQuiet, func() { s.Try.Allow(false) }),
		r.kit.button(lang.L("Send the token there"), widget.ButtonDanger, func() { s.Try.Allow(true) }))
	r.question = widget.NewBarCard(widget.ToneWarn, widget.NewColumn(10, widget.NewCopyArea(r.asks), r.warns, r.answers.row))
	r.question.Hide()
}

func (r *tryRequest) chips() {
	for m, c := range r.methods {
		c.Set(m, m == r.fields.Method)
	}
}

// set sets everything; the page around it lays it out.
func (r *tryRequest) set(p state.TryPage) {
	if r.form != p.Form {
		r.form = p.Form
		setEntry(r.url, p.URL)
		setEntry(r.headers, p.HeaderText)
		setEntry(r.body, p.Body)
	}
	r.fields = p.TryFields
	r.chips()
	show(r.waits, p.Known == nil && p.Unread == "")
	r.suggest(p.Known)
	show(r.bodyRow, tryit.HasBody(p.Method))
	show(r.send, !p.Sending)
	show(r.cancel, p.Sending)
	r.missing.Set(widget.ToneWarn, "", missingText(p.Missing))
	show(r.missing, len(p.Missing) > 0)
	setError(r.mistake, firstOf(mistakeText(p.Mistake), p.Problem))
	r.ask(p)
}

// suggest shows the requests that the provider answers.
func (r *tryRequest) suggest(known *tryit.Page) {
	if known == nil || r.known == known {
		show(r.suggests, known != nil && len(known.Suggestions) > 0)
		return
	}
	r.known = known
	for i := range known.Suggestions[:min(len(known.Suggestions), maxSuggestions)] {
		if i == len(r.buttons) {
			r.buttons = append(r.buttons, r.kit.small("", widget.ButtonQuiet, func() { r.kit.store.Try.Suggest(i) }))
			r.suggests.Add(r.buttons[i])
		}
		r.buttons[i].SetText(known.Suggestions[i].Title)
	}
	for i, b := range r.buttons {
		show(b, i < len(known.Suggestions))
	}
	show(r.suggests, len(known.Suggestions) > 0)
}

// maxSuggestions bounds the buttons.
const maxSuggestions = 12

// ask shows the question before another server gets the token.
func (r *tryRequest) ask(p state.TryPage) {
	asked := p.Ask != nil
	if asked {
		r.asks.SetText(lang.L("Send the token to {{.Server}}?", map[string]any{"Server": p.Ask.Origin}))
		r.warns.SetText(elsewhereText(p.Ask.Place))
	}
	show(r.question, asked)
	if asked && !r.asked {
		r.kit.focus(r.answers.no)
	}
	if !asked && r.asked {
		r.kit.focus(r.url)
	}
	r.asked = asked
}

// trySent are the cards of the requests before, and of the servers that were allowed.
type trySent struct {
	kit     *kit
	card    *widget.Card
	rows    *programRows
	more    *widget.Button
	allowed *widget.Card
	origins *programRows
	all     bool
	page    state.TryPage
	now     time.Time
}

// firstSent is how many requests are shown at first.
const firstSent = 5

func newTrySent(k *kit) *trySent {
	t := &trySent{kit: k, rows: newProgramRows(k), origins: newProgramRows(k)}
	clearAll := k.small(lang.L("Clear"), widget.ButtonQuiet, func() {
		k.store.Try.Clear()
		k.refocus()
	})
	t.more = k.small("", widget.ButtonQuiet, func() {
		t.all = true
		k.store.Try.Show()
	})
	t.card = widget.NewCard(widget.NewColumn(theme.Gap,
		widget.NewRow(theme.Gap, 0, widget.NewSubtitle(lang.L("Sent before")), clearAll),
		t.rows.object, widget.NewFlow(0, 0, t.more),
		widget.NewMuted(lang.L("The last 50 requests are kept in the vault, without responses and without secrets in headers."))))
	t.allowed = titled(lang.L("Also get this account's token"), widget.NewMuted(lang.L("You allowed these servers.")), t.origins.object)
	return t
}

func (t *trySent) set(p state.TryPage, now time.Time) {
	t.page, t.now = p, now
	var requests []tryit.Sent
	var allowed []tryit.Allowed
	if p.Known != nil {
		requests, allowed = p.Known.Requests, p.Known.Allowed
	}
	shown := requests
	if !t.all && len(shown) > firstSent {
		shown = shown[:firstSent]
	}
	rows := make([]programRow, len(shown))
	for i, s := range shown {
		rows[i] = programRow{
			name: s.Method, path: s.URL, detail: sentText(s, now), button: lang.L("Use again"),
			tapped: func() { t.kit.store.Try.Repeat(i); t.kit.refocus() },
		}
	}
	t.rows.set(rows)
	t.more.SetText(lang.N("Show {{.Count}} more", len(requests)-len(shown), map[string]any{"Count": len(requests) - len(shown)}))
	show(t.more, len(shown) < len(requests))
	show(t.card, len(requests) > 0)
	rows = nil
	for _, a := range allowed {
		rows = append(rows, programRow{
			name: a.Origin, detail: allowedText(a, now), button: lang.L("Take back"),
			tapped: func() { t.kit.store.Try.TakeBack(a.Origin); t.kit.refocus() },
		})
	}
	t.origins.set(rows)
	show(t.allowed, len(allowed) > 0)
}

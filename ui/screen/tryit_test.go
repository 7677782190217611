package screen

import (
	"errors"
	"image"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/auth/tryit"
	"github.com/claviger/claviger/internal/jsontree"
	"github.com/claviger/claviger/internal/picture"
	"github.com/claviger/claviger/ui/state"
)

// tried is the Try it tab with an answer, requests and servers.
func tried(t testing.TB) state.TryPage {
	t.Helper()
	tree, err := jsontree.Parse([]byte(`{"name":"Mira Okonkwo","teams":[{"id":1.50}]}`))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 10, 11, 0, 0, 0, time.UTC)
	p := state.TryPage{Account: "a", Form: 1, TryFields: state.TryFields{Method: "POST", URL: "https://api.example/" + strings.Repeat("x", 300), HeaderText: "X-Key: ", Body: "{}"}}
	p.Known = &tryit.Page{
		Suggestions: []tryit.Suggestion{{Title: "Userinfo"}, {Title: strings.Repeat("A long title ", 10)}},
		Allowed:     []tryit.Allowed{{Origin: "https://api.example.test", At: now}},
	}
	for range 9 {
		p.Known.Requests = append(p.Known.Requests, tryit.Sent{Request: tryit.Request{Method: "GET", URL: "https://api.example/" + strings.Repeat("y", 300)}, At: now})
	}
	p.Missing = []string{"X-Key"}
	p.Ask = &tryit.ElsewhereError{Origin: "https://" + strings.Repeat("a-long-name.", 12) + "example.test:8443", Place: tryit.Outside}
	p.Mistake = &tryit.Mistake{Code: tryit.BadJSON, Line: 3, Column: 7}
	p.Answers = 1
	p.Answer = &tryit.Answer{
		Status: 403, Kind: tryit.JSON, Tree: tree, Type: "application/json", Size: 4711, Took: 120 * time.Millisecond,
		Headers:    []tryit.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Long", Value: strings.Repeat("z", 2000)}},
		Challenges: []tryit.Challenge{{Scheme: "Bearer", Error: "insufficient_scope", Scope: "teams.read"}},
		Redirect:   &tryit.Redirect{To: "https://evil.example/", Why: tryit.Elsewhere},
	}
	p.Headers = true
	return p
}

func onTry(t *testing.T, p state.TryPage) (*Window, fyne.Window, state.State) {
	t.Helper()
	w, win := open(t, fyne.NewSize(1000, 3000))
	st := sample()
	st.Route, st.Tab, st.SignOut, st.Try = state.RouteAccount, state.TabTry, nil, p
	w.Render(st)
	return w, win, st
}

func TestTryItSaysWhatThereIsToKnow(t *testing.T) {
	_, win, _ := onTry(t, tried(t))
	text := texts(win)
	for _, want := range []string{
		"Userinfo", "403 Forbidden", "4.6 KiB", "This request needs: teams.read", "https://evil.example/", "was not sent there",
		"Mira Okonkwo", "1.50", "X-Long", "line 3, column 7", "X-Key", "Send the token to", "example.test:8443?", "https://api.example.test", "Use again", "Show 4 more",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not drawn", want)
		}
	}
}

// TestALockTakesTheAnswerOffTheScreen: what was drawn is gone once the state has it no more.
func TestALockTakesTheAnswerOffTheScreen(t *testing.T) {
	p := tried(t)
	p.URL, p.HeaderText, p.Body = "https://canary.example", "X: canary", "canary"
	p.Answer.Tree = jsontree.Lines("canary")
	w, win, st := onTry(t, p)
	if !strings.Contains(texts(win), "canary") {
		t.Fatal("nothing is there to look for")
	}
	st.Try = state.TryPage{Account: "a", Form: 2}
	w.Render(st)
	if strings.Contains(texts(win), "canary") || strings.Contains(texts(win), "Mira Okonkwo\"") {
		t.Error("it is still drawn")
	}
}

func TestEachAnswerHasItsWords(t *testing.T) {
	gray := image.NewGray(image.Rect(0, 0, 2000, 10))
	for want, a := range map[string]*tryit.Answer{
		"no body":                {Status: 204, Kind: tryit.Empty},
		"larger than 4 MiB":      {Status: 200, Kind: tryit.Large},
		"not text":               {Status: 200, Kind: tryit.Binary},
		"not valid JSON":         {Status: 200, Kind: tryit.Text, NotJSON: true, Tree: jsontree.Lines("x")},
		"shift_jis":              {Status: 200, Kind: tryit.Text, Charset: "shift_jis", Tree: jsontree.Lines("x")},
		"SVG":                    {Status: 200, Kind: tryit.Picture, Refused: picture.Vector},
		"Animated":               {Status: 200, Kind: tryit.Picture, Refused: picture.Moving},
		"pixels":                 {Status: 200, Kind: tryit.Picture, Refused: picture.TooLarge},
		"but it cannot be shown": {Status: 200, Kind: tryit.Text, Refused: picture.NoPicture, Tree: jsontree.Lines("x")},
		"connection broke":       {Status: 200, Kind: tryit.Text, Cut: tryit.Broken, Tree: jsontree.Lines("x")},
		"within a minute":        {Status: 200, Kind: tryit.Text, Cut: tryit.Endless, Tree: jsontree.Lines("x")},
		"could not be saved":     {Status: 200, Kind: tryit.Text, Kept: errors.New("full"), Tree: jsontree.Lines("x")},
		"does not say why":       {Status: 401, Kind: tryit.Empty},
		"does not say which":     {Status: 403, Kind: tryit.Empty},
		"does not accept the":    {Status: 401, Kind: tryit.Empty, Challenges: []tryit.Challenge{{Error: "invalid_token"}}},
		"more strongly":          {Status: 401, Kind: tryit.Empty, Challenges: []tryit.Challenge{{Error: "insufficient_user_authentication"}}},
		"the error odd":          {Status: 401, Kind: tryit.Empty, Challenges: []tryit.Challenge{{Error: "odd"}}},
		"may change something":   {Status: 307, Kind: tryit.Empty, Redirect: &tryit.Redirect{To: "https://a.example", Why: tryit.Changes}},
		"again and again":        {Status: 302, Kind: tryit.Empty, Redirect: &tryit.Redirect{To: "https://a.example", Why: tryit.TooMany}},
		"address that cannot":    {Status: 302, Kind: tryit.Empty, Redirect: &tryit.Redirect{To: "%zz", Why: tryit.BadLocation}},
		"":                       {Status: 200, Kind: tryit.Picture, Picture: gray},
	} {
		if text := answerText(a); !strings.Contains(text, want) || want == "" && text != "" {
			t.Errorf("%+v: %q", a, text)
		}
		p := tried(t)
		p.Answer, p.Ask = a, nil
		onTry(t, p)
	}
	seen := map[string]tryit.MistakeCode{}
	for _, code := range []tryit.MistakeCode{
		tryit.BadMethod, tryit.NoURL, tryit.BadURL, tryit.URLUser, tryit.PlainHTTP, tryit.BadHeader, tryit.OwnHeader, tryit.BadJSON, tryit.LargeBody,
	} {
		text := mistakeText(&tryit.Mistake{Code: code, Name: "Host", Line: 1})
		if old, twice := seen[text]; text == "" || twice {
			t.Errorf("%s is said as %s is: %q", code, old, text)
		}
		seen[text] = code
	}
	for _, s := range []state.TrySave{{Saved: "/x"}, {Error: state.TryGone}, {Error: state.TryNotWritten}, {Error: state.TryTooLarge}} {
		if savedText(s) == "" {
			t.Errorf("%+v has no words", s)
		}
	}
	for n, want := range map[int64]string{0: "0 bytes", 1023: "1023 bytes", 1 << 10: "1.0 KiB", 20 << 20: "20.0 MiB", 3 << 30: "3.0 GiB", 5 << 40: "5120 GiB"} {
		if got := sizeText(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}

// frames is a driver that, as that of the desktop, does not know where an object is before
// it was drawn.
type frames struct {
	fyne.Driver
	drawn bool
	ticks []*fyne.Animation
}

func (f *frames) CanvasForObject(o fyne.CanvasObject) fyne.Canvas {
	if !f.drawn {
		return nil
	}
	return f.Driver.CanvasForObject(o)
}

func (f *frames) AbsolutePositionForObject(o fyne.CanvasObject) fyne.Position {
	if !f.drawn {
		return fyne.Position{}
	}
	return f.Driver.AbsolutePositionForObject(o)
}

func (f *frames) StartAnimation(a *fyne.Animation) { f.ticks = append(f.ticks, a) }

// frame is the time between two drawings.
func (f *frames) frame() {
	for _, a := range f.ticks {
		a.Tick(0.5)
	}
}

// TestTheQuestionIsSeenWhole: who decides where the token goes reads the server's name,
// wherever on the page they were.
func TestTheQuestionIsSeenWhole(t *testing.T) {
	p := tried(t)
	p.URL, p.Ask, p.Missing, p.Mistake, p.Answers = "https://api.example/", nil, nil, nil, 0
	w, win := open(t, fyne.NewSize(1000, 680))
	f := &frames{Driver: w.driver, drawn: true}
	w.driver = f
	st := sample()
	st.Route, st.Tab, st.SignOut, st.Try = state.RouteAccount, state.TabTry, nil, p
	w.Render(st)
	st.Try.Answers++
	w.Render(st) // goes to the answer
	st.Try.Answer, st.Try.Sending = nil, true
	w.Render(st)
	f.drawn = false
	st.Try.Sending, st.Try.Ask = false, &tryit.ElsewhereError{Origin: "https://api.example", Place: tryit.Outside}
	w.Render(st)
	f.frame() // nothing is known yet
	f.drawn = true
	f.frame()
	tab := w.pages[state.RouteAccount].(*account).tabs[state.TabTry].(*try)
	page, question := f.AbsolutePositionForObject(tab.page).Y, tab.request.question
	top, bottom := f.AbsolutePositionForObject(question).Y, win.Canvas().Size().Height
	if end := top + question.Size().Height; top < page || end > bottom {
		t.Errorf("the question is at %v to %v, and the page from %v to %v", top, end, page, bottom)
	}
}

// A page opens at its top, wherever the button is that gets the keyboard.
func TestAPageOpensAtItsTop(t *testing.T) {
	w, _ := open(t, fyne.NewSize(720, 520))
	f := &frames{Driver: w.driver}
	w.driver = f
	st := sample()
	st.SignOut, st.Shortcuts = nil, true
	w.Render(st)
	w.reveal()
	if len(f.ticks) > 0 {
		t.Error("it will be scrolled to what has the keyboard")
	}
}

// Each press goes on by one of what was found.
func TestASearchOfTheAnswerGoesOnByOne(t *testing.T) {
	p := tried(t)
	tree, err := jsontree.Parse([]byte(`["a1","a2","a3","a4"]`))
	if err != nil {
		t.Fatal(err)
	}
	p.Ask, p.Mistake, p.Answer = nil, nil, &tryit.Answer{Status: 200, Kind: tryit.JSON, Tree: tree}
	w, _, _ := onTry(t, p)
	b := w.pages[state.RouteAccount].(*account).tabs[state.TabTry].(*try).answer.body
	b.search.SetText("a")
	for _, step := range []struct {
		name string
		do   func()
		want string
	}{
		{"the search", func() {}, "1 of 4"},
		{"the next", func() { b.after.Tapped(nil) }, "2 of 4"},
		{"the next again", func() { b.after.Tapped(nil) }, "3 of 4"},
		{"the one before", func() { b.before.Tapped(nil) }, "2 of 4"},
		{"Enter", func() { b.search.OnSubmitted("a") }, "3 of 4"},
	} {
		step.do()
		if got := b.count.Text(); got != step.want {
			t.Errorf("%s: %s, want %s", step.name, got, step.want)
		}
	}
}

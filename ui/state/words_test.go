package state

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
)

func containsAny(s string, subs ...string) bool {
	for _, x := range subs {
		if strings.Contains(s, x) {
			return true
		}
	}
	return false
}

func noon() time.Time { return time.Date(2026, 3, 10, 12, 0, 0, 0, time.FixedZone("here", 3600)) }

func TestTimeWords(t *testing.T) {
	now := noon()
	for _, c := range []struct {
		d               time.Duration
		clock, relative string
	}{
		{47*time.Minute + 30*time.Second, "today 12:47", "in 47 minutes"},
		{-3 * time.Hour, "today 09:00", "3 hours ago"},
		{5 * time.Second, "today 12:00", "in a moment"},
		{-5 * time.Second, "today 11:59", "just now"},
		{-time.Minute, "today 11:59", "1 minute ago"},
		{13 * time.Hour, "tomorrow 01:00", "in 13 hours"},
		{-13 * time.Hour, "yesterday 23:00", "13 hours ago"},
		{-10 * 24 * time.Hour, "28 February 12:00", "10 days ago"},
		{400 * 24 * time.Hour, "14 April 2027 12:00", "in 13 months"},
	} {
		if got := Clock(now, now.Add(c.d)); got != c.clock {
			t.Errorf("Clock(%v) = %q, want %q", c.d, got, c.clock)
		}
		if got := Relative(now, now.Add(c.d)); got != c.relative {
			t.Errorf("Relative(%v) = %q, want %q", c.d, got, c.relative)
		}
	}
	if Clock(now, time.Time{}) != "not known" {
		t.Error("a zero time has a clock")
	}
	if got := Countdown(4*time.Minute + 30*time.Second + time.Millisecond); got != "4:31" {
		t.Errorf("countdown %q", got)
	}
	if got := Span(7*time.Hour + 12*time.Minute); got != "7 h 12 min" {
		t.Errorf("span %q", got)
	}
}

func TestClaims(t *testing.T) {
	now := noon()
	rows := Claims(map[string]any{
		"zzz": true, "exp": float64(now.Add(47*time.Minute + time.Second).Unix()), "iss": "https://i.example", "aud": []any{"me", "x"},
		"nbf": "soon", "email_verified": "true", "big": 1e300, "nothing": nil,
	}, "me", now)
	byName := map[string]Claim{}
	for _, r := range rows {
		byName[r.Name] = r
	}
	if rows[0].Name != "iss" || rows[1].Name != "aud" || rows[2].Name != "exp" {
		t.Errorf("order %v", rows)
	}
	if c := byName["exp"]; c.Value != "today 12:47" || c.Meaning != "expires in 47 minutes" {
		t.Errorf("exp %+v", c)
	}
	if c := byName["aud"]; c.Meaning != "for this app" || c.Value != "me, x" {
		t.Errorf("aud %+v", c)
	}
	if c := byName["nbf"]; c.Value != "soon" {
		t.Errorf("nbf that is no number: %+v", c)
	}
	if byName["zzz"].Value != "yes" || byName["nothing"].Value != "none" {
		t.Error("plain values")
	}
}

func TestStepRowsAndWaterfall(t *testing.T) {
	at := noon()
	ev := func(step auth.Step, ph auth.Phase, ms int, took time.Duration) auth.Event {
		return auth.Event{Step: step, Phase: ph, At: at.Add(time.Duration(ms) * time.Millisecond), Took: took}
	}
	events := []auth.Event{
		ev(auth.StepListen, auth.Started, 0, 0), ev(auth.StepListen, auth.Done, 40, 40*time.Millisecond),
		ev(auth.StepWait, auth.Started, 40, 0),
		ev(auth.StepCallback, auth.Ignored, 100, 0), ev(auth.StepCallback, auth.Ignored, 110, 0),
		ev(auth.StepWait, auth.Done, 18040, 18*time.Second),
		ev(auth.StepExchange, auth.Started, 18040, 0), ev(auth.StepExchange, auth.Broken, 18200, 160*time.Millisecond),
	}
	rows := StepRows(events)
	if len(rows) != 4 {
		t.Fatalf("%d rows: %+v", len(rows), rows)
	}
	if rows[1].State != StepDone || !rows[1].Person || rows[1].Took != "18 s" {
		t.Errorf("wait %+v", rows[1])
	}
	if rows[2].State != StepNote || rows[2].Took != "2×" {
		t.Errorf("ignored %+v", rows[2])
	}
	if rows[3].State != StepFailed || rows[3].Took != "160 ms" {
		t.Errorf("exchange %+v", rows[3])
	}
	bars := Waterfall(rows)
	for i, b := range bars {
		if b.From < 0 || b.To > 1.0001 || b.To < b.From {
			t.Errorf("bar %d is %+v", i, b)
		}
	}
	if w := bars[1].To - bars[1].From; w > personShare+0.01 {
		t.Errorf("the person's time takes %v of the width", w)
	}
	if bars[3].To < 0.99 {
		t.Errorf("the last bar ends at %v", bars[3].To)
	}
}

// Whatever goes on while a person is in the browser is drawn shorter than it took.
func TestBarsThatAreShorterThanTheirTime(t *testing.T) {
	at := noon()
	ev := func(step auth.Step, ms int, took time.Duration) auth.Event {
		return auth.Event{Step: step, Phase: auth.Done, At: at.Add(time.Duration(ms) * time.Millisecond), Took: took}
	}
	rows := StepRows([]auth.Event{
		ev(auth.StepListen, 40, 40*time.Millisecond), ev(auth.StepBrowser, 9000, 8900*time.Millisecond),
		ev(auth.StepWait, 18040, 18*time.Second), ev(auth.StepExchange, 18200, 160*time.Millisecond),
	})
	var short []string
	for i, b := range Waterfall(rows) {
		if b.Short {
			short = append(short, string(rows[i].step))
		}
	}
	if got := strings.Join(short, " "); got != "browser wait" {
		t.Errorf("shorter than their time are %q", got)
	}
}

func TestWaitingRowsKeepTheirNumber(t *testing.T) {
	at := noon()
	f := FlowPage{Deadline: at.Add(5 * time.Minute)}
	steps := []auth.Step{auth.StepDiscover, auth.StepListen, auth.StepBrowser, auth.StepWait, auth.StepExchange}
	want := len(WaitingRows(f, at))
	for _, s := range steps {
		f.Events = append(f.Events, auth.Event{Step: s, Phase: auth.Started, At: at})
		if got := len(WaitingRows(f, at)); got != want {
			t.Errorf("after %s: %d rows, were %d", s, got, want)
		}
		f.Events = append(f.Events, auth.Event{Step: s, Phase: auth.Done, At: at})
	}
}

func TestPermissions(t *testing.T) {
	p := &providers.Provider{Scopes: providers.Scopes{Same: map[string]string{"https://x/email": "email"}}}
	list, summary := Permissions(&auth.Account{Requested: []string{"openid", "email", "offline_access"}, Scopes: []string{"openid", "https://x/email", "more"}}, p)
	if summary != "requested 3, granted 2" || len(list) != 4 || list[2].Granted || !list[3].Extra {
		t.Errorf("%q %+v", summary, list)
	}
}

func TestSettingsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.toml")
	f := &settingsFile{path: path}
	if s, note := f.load(); s != DefaultSettings() || note != "" {
		t.Fatalf("without a file: %+v %q", s, note)
	}
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("theme = \"dark\"\nfuture = 7\nclipboard_seconds = -3\n")
	f = &settingsFile{path: path}
	s, note := f.load()
	if s.Theme != ThemeDark || s.ClipboardSeconds != 30 || !strings.Contains(note, "clipboard_seconds") {
		t.Errorf("%+v %q", s, note)
	}
	s.ClipboardSeconds = 5
	f.want(s)
	if err := f.save(); err != nil {
		t.Fatal(err)
	}
	data, _ := os.ReadFile(path)
	if !strings.Contains(string(data), "future = 7") {
		t.Errorf("an unknown key was lost:\n%s", data)
	}
	if back, note := (&settingsFile{path: path}).load(); back != s || note != "" {
		t.Errorf("read back %+v %q", back, note)
	}
}

func TestClipboardSecondsHaveBounds(t *testing.T) {
	for text, want := range map[string]int{"-1": 30, "0": 0, "1": 1, "3600": 3600, "3601": 30, "9223372036854775807": 30} {
		path := filepath.Join(t.TempDir(), "settings.toml")
		if err := os.WriteFile(path, []byte("clipboard_seconds = "+text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		s, note := (&settingsFile{path: path}).load()
		if refused := fmt.Sprint(want) != text; s.ClipboardSeconds != want || strings.Contains(note, "clipboard_seconds") != refused {
			t.Errorf("%s gives %d, %q; want %d", text, s.ClipboardSeconds, note, want)
		}
	}
}

func TestBadSettingsFileIsPutAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.toml")
	if err := os.WriteFile(path, []byte("theme = [broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := &settingsFile{path: path}
	s, note := f.load()
	if s != DefaultSettings() || !strings.Contains(note, "line 1") {
		t.Errorf("bad file: %+v %q", s, note)
	}
	f.want(s)
	if err := f.save(); err != nil {
		t.Fatal(err)
	}
	if kept, err := os.ReadFile(path + ".bad-1"); err != nil || string(kept) != "theme = [broken" {
		t.Errorf("the bad file is lost: %q %v", kept, err)
	}
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) != 2 {
		t.Errorf("there are %v, %v", files, err)
	}
}

// Settings are written for their owner alone, in a folder of the same kind, and
// never behind a link.
func TestSettingsFileIsPrivate(t *testing.T) {
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.WriteFile(elsewhere, []byte("theme = \"dark\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "new", "settings.toml")
	f := &settingsFile{path: path}
	for range 2 {
		f.want(DefaultSettings())
		if err := f.save(); err != nil {
			t.Fatal(err)
		}
		for at, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): os.ModeDir | 0o700} {
			if info, err := os.Lstat(at); err != nil || info.Mode() != want {
				t.Errorf("%s: %v, %v; want %v", at, info, err, want)
			}
		}
		if err := errors.Join(os.Remove(path), os.Symlink(elsewhere, path)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(elsewhere); err != nil || string(got) != "theme = \"dark\"\n" {
		t.Errorf("written behind the link: %q, %v", got, err)
	}
}

func TestStoppedRowsHoldNoRawError(t *testing.T) {
	at := noon()
	rows := StoppedRows([]auth.Event{
		{Step: auth.StepWait, Phase: auth.Started, At: at},
		{Step: auth.StepBrowser, Phase: auth.Started, At: at},
		{Step: auth.StepCallback, Phase: auth.Broken, At: at, Detail: "callback: provider answered access_denied"},
	}, "access_denied")
	if len(rows) != 3 || rows[0].Text != "Opening your browser" || rows[0].State != StepSkipped {
		t.Fatalf("%+v", rows)
	}
	if rows[2].State != StepFailed || rows[2].Detail != "access_denied" {
		t.Errorf("%+v", rows[2])
	}
}

func TestStatusWords(t *testing.T) {
	now := noon()
	for _, c := range []struct {
		a           auth.Account
		short, long string
	}{
		{auth.Account{State: auth.StateActive}, "Active", "Active, expiry unknown"},
		{auth.Account{State: auth.StateActive, ExpiresAt: now.Add(52 * time.Minute)}, "52 min", "Active for 52 min"},
		{auth.Account{State: auth.StateActive, ExpiresAt: now.Add(time.Hour), CanRefresh: true}, "Active", "Active, refreshes in 1 h"},
		{auth.Account{State: auth.StateActive, ExpiresAt: now.Add(-time.Hour)}, "Expired", "Expired 1 hour ago, sign in again"},
		{auth.Account{State: auth.StateOffline}, "Offline", "Offline, nothing is lost"},
		{auth.Account{State: auth.StateNeedsSignIn}, "Sign in", "Sign-in required"},
	} {
		short, _ := ShortStatus(&c.a, "", now)
		long, _ := LongStatus(&c.a, "", now)
		if short != c.short || long != c.long {
			t.Errorf("%+v: %q, %q", c.a.State, short, long)
		}
	}
	if got := Sentence("the provider ended the session"); got != "The provider ended the session." {
		t.Error(got)
	}
}

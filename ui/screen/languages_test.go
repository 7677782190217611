package screen

import (
	"encoding/json"
	"html"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/providers/identity"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/tongue"
	"github.com/claviger/claviger/ui/words"
)

// speak makes the texts of a test those of a language, or skips it if the machine has no
// font for it.
func speak(t *testing.T, tag string) {
	t.Helper()
	fynetest.NewTempApp(t)
	t.Cleanup(func() {
		if _, err := tongue.Speak("en"); err != nil {
			t.Error(err)
		}
	})
	got, err := tongue.Speak(tag)
	if err != nil {
		t.Fatal(err)
	}
	if got != tag {
		t.Skipf("no font of this machine has the characters of %q", tag)
	}
}

// said are the texts of a language that have no placeholders.
func said(t *testing.T, tag string) []string {
	t.Helper()
	var out []string
	for _, v := range fileOf(t, tag).Window {
		if s, plain := v.(string); plain && !strings.Contains(s, "{{") {
			out = append(out, s)
		}
	}
	if len(out) < 500 {
		t.Fatalf("only %d texts", len(out))
	}
	return out
}

// saidElsewhere are the texts of a language that other rooms say in English.
func saidElsewhere(t *testing.T, tag string) map[string]string {
	t.Helper()
	return fileOf(t, tag).Elsewhere
}

type translationFile struct {
	Window    map[string]any    `json:"window"`
	Elsewhere map[string]string `json:"elsewhere"`
}

func fileOf(t *testing.T, tag string) (file translationFile) {
	t.Helper()
	data, err := os.ReadFile("../tongue/translations/" + tag + ".json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return file
}

var drawnText = regexp.MustCompile(`<text[^>]*>([^<]*)</text>`)

// cutOff are the texts of the language that are drawn with an ellipsis in place of
// their end.
func cutOff(win fyne.Window, said []string) []string {
	whole := map[string]bool{}
	for _, s := range said {
		whole[s] = true
	}
	var out []string
	for _, m := range drawnText.FindAllStringSubmatch(texts(win), -1) {
		drawn := html.UnescapeString(m[1])
		begin, cut := strings.CutSuffix(drawn, "…")
		if begin = strings.TrimSpace(begin); !cut || whole[drawn] || begin == "" {
			continue
		}
		for _, s := range said {
			if strings.HasPrefix(s, begin) {
				out = append(out, drawn+" ("+s+")")
				break
			}
		}
	}
	return out
}

// everyPage renders the sample on every page, with every tab and a program's question.
func everyPage(w *Window, shown func(page string)) {
	for _, r := range routes() {
		st := sample()
		st.Route = r
		w.Render(st)
		shown(string(r))
	}
	for _, section := range state.SettingsSections() {
		st := sample()
		st.Route, st.Section = state.RouteSettings, section
		w.Render(st)
		shown("settings, " + string(section))
	}
	for _, tab := range state.Tabs() {
		st := sample()
		st.Route, st.Tab, st.SignOut = state.RouteAccount, tab, nil
		w.Render(st)
		shown("account, " + string(tab))
	}
	st := usual()
	st.Route, st.Vault.Protection = state.RouteWelcome, "passphrase"
	w.Render(st)
	shown("welcome, with a vault that can be locked")
	w.Render(asking(oddProgram(), consent.Program{Path: "/usr/bin/curl", Hash: "h", Title: "curl"}))
	shown("consent")
}

// No translation is longer than its place, in the least window.
func TestEveryLanguageFits(t *testing.T) {
	for _, tag := range []string{"de", "ja"} {
		t.Run(tag, func(t *testing.T) {
			speak(t, tag)
			said := said(t, tag)
			least := fyne.NewSize(720, 520)
			w, win := open(t, least)
			everyPage(w, func(page string) {
				win.Resize(least)
				if m := w.Content().MinSize(); m.Width > least.Width || m.Height > least.Height {
					t.Errorf("%s needs %v", page, m)
				}
				for _, s := range cutOff(win, said) {
					t.Errorf("%s cuts off %s", page, s)
				}
			})
		})
	}
}

// The canary is hidden in every language.
func TestTokensAreHiddenInEveryLanguage(t *testing.T) {
	for _, tag := range []string{"de", "ja"} {
		t.Run(tag, func(t *testing.T) {
			speak(t, tag)
			w, win := open(t, fyne.NewSize(1000, 680))
			everyPage(w, func(page string) {
				if s := texts(win); strings.Contains(s, "canary") || strings.Contains(s, "eyJ") {
					t.Errorf("%s draws a hidden token", page)
				}
			})
		})
	}
}

// Times, lengths of time and counts are written as each language writes them.
func TestTimesInEveryLanguage(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	for tag, want := range map[string][]string{
		"de": {"heute 15:00", "30. März 12:00", "10. März 2027 12:00", "vor 1 Stunde", "vor 3 Stunden", "in 2 Tagen", "7 Stunden", "1,4 s", "18 s", "2 Minuten", "1 Gruppe", "3 von 14 angezeigt"},
		"ja": {"今日 15:00", "3月30日 12:00", "2027年3月10日 12:00", "1 時間前", "3 時間前", "2 日後", "7 時間", "1.4 秒", "18 秒", "2 分", "1 件のグループ", "14 件中 3 件を表示"},
	} {
		t.Run(tag, func(t *testing.T) {
			speak(t, tag)
			got := []string{
				words.Clock(now, now.Add(3*time.Hour)), words.Clock(now, now.AddDate(0, 0, 20)), words.Clock(now, now.AddDate(1, 0, 0)),
				words.Relative(now, now.Add(-time.Hour)), words.Relative(now, now.Add(-3*time.Hour)), words.Relative(now, now.Add(48*time.Hour)),
				words.Whole(7*time.Hour + 12*time.Minute), words.Took(1400 * time.Millisecond), words.Took(18 * time.Second), words.Took(125 * time.Second),
				words.GroupSummary(make([]identity.Group, 1), 1), words.GroupSummary(make([]identity.Group, 14), 3),
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

package tongue

import (
	"testing"

	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/test"
)

// The desktop's language is matched to the closest one that there is a file of.
func TestClosest(t *testing.T) {
	for want, tag := range map[string]string{"de": "de", "de-AT": "de", "gsw": "de", "ja-JP": "ja", "en-GB": "en", "fr": "en", "": "en", "C": "en", "zh-TW": "en"} {
		if got := closest(want); got != tag {
			t.Errorf("%q: %q, want %q", want, got, tag)
		}
	}
}

// A choice stands above the desktop's language, with the plural forms of its own.
func TestSpeak(t *testing.T) {
	test.NewTempApp(t)
	t.Setenv("LANG", "ja_JP.UTF-8")
	t.Cleanup(func() {
		if _, err := Speak("en"); err != nil {
			t.Error(err)
		}
	})
	for choice, want := range map[string][3]string{
		"en": {"Sign out", "1 group", "2 groups"},
		"de": {"Abmelden", "1 Gruppe", "2 Gruppen"},
	} {
		tag, err := Speak(choice)
		if err != nil || tag != choice {
			t.Fatalf("%s: %q, %v", choice, tag, err)
		}
		count := func(n int) string { return lang.N("{{.Count}} groups", n, map[string]any{"Count": n}) }
		if got := [3]string{lang.L("Sign out"), count(1), count(2)}; got != want {
			t.Errorf("%s: %q, want %q", choice, got, want)
		}
	}
	if got := Text("Sign in again."); got == "Sign in again." {
		// The last one that was spoken: the order of a map is not known.
		if tag, err := Speak("de"); err != nil || tag != "de" || Text("Sign in again.") != "Melden Sie sich erneut an." {
			t.Errorf("a text from elsewhere: %q, %v", Text("Sign in again."), err)
		}
	}
	if got := Text("A text of nobody"); got != "A text of nobody" {
		t.Errorf("a text that is not known: %q", got)
	}
}

// What no font can draw is found out; what Fyne's own fonts can draw is drawable.
func TestDrawable(t *testing.T) {
	test.NewTempApp(t)
	if !drawable("Deutsch") || !drawable("English") {
		t.Error("Latin letters cannot be drawn")
	}
	if drawable("\U000EFFFD\U000EFFFC\U000EFFFB") { // unassigned: no font has them
		t.Error("characters of no font can be drawn")
	}
}

// A choice that is not known is refused; the desktop's language is one.
func TestKnows(t *testing.T) {
	for choice, want := range map[string]bool{System: true, "de": true, "en": true, "xx": false, "": false, "../translations/de": false} {
		if Knows(choice) != want {
			t.Errorf("%q: %v", choice, !want)
		}
	}
}

func BenchmarkSpeak(b *testing.B) {
	test.NewTempApp(b)
	for b.Loop() {
		if _, err := Speak("de"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkText(b *testing.B) {
	test.NewTempApp(b)
	for _, tag := range []string{"en", "de"} {
		if _, err := Speak(tag); err != nil {
			b.Fatal(err)
		}
		b.Run(tag, func(b *testing.B) {
			for b.Loop() {
				_ = lang.L("Sign out")
				_ = lang.L("Signed in as {{.Name}}.", map[string]any{"Name": "Mira"})
			}
		})
	}
}

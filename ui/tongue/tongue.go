// Package tongue makes the window speak the person's language.
//
// Every text of the window goes through [fyne.io/fyne/v2/lang] with the English
// sentence as its key. This package has the translations, a JSON file a language, and
// chooses one of them once, before the window is made. English needs a file only for
// what has blanks or counts, which lang then parses once: the other sentences are the
// keys themselves. docs/languages.md says how
// to add a language.
package tongue

import (
	"embed"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"golang.org/x/text/language"
)

// System is the choice of the desktop's language.
const System = "system"

// english is the language of the keys.
const english = "en"

//go:embed translations/*.json
var translations embed.FS

// Language is a language that the window speaks.
type Language struct {
	// Tag is its BCP 47 tag, which settings.toml has: "de".
	Tag string
	// Name is its name in itself: "Deutsch".
	Name string
}

// Languages are those that the window speaks, English first. Without are the tags of
// those whose characters are in no font of this computer.
func Languages() (list []Language, without []string) {
	for _, tag := range tags() {
		if name := nameOf(tag); drawable(name) {
			list = append(list, Language{tag, name})
		} else {
			without = append(without, tag)
		}
	}
	return list, without
}

// nameOf is a language's name in itself.
func nameOf(tag string) string {
	var only struct {
		Name string `json:"name"`
	}
	if err := json.Unmarshal(read(tag), &only); err != nil {
		return ""
	}
	return only.Name
}

// drawable reports whether some font has the characters of a text. Fyne looks among its
// own fonts and then among the system's, and draws one and the same sign for each
// character that it does not find: a text of nothing else is as wide as one of as many
// noncharacters, which no font has (Unicode §23.7).
func drawable(text string) bool {
	const size = 100 // so that widths differ by more than a rounding
	nothing := strings.Repeat("\U000FFFFE", utf8.RuneCountInString(text))
	width := fyne.MeasureText(text, size, fyne.TextStyle{}).Width
	return width > 0 && width != fyne.MeasureText(nothing, size, fyne.TextStyle{}).Width
}

// Knows reports whether a choice is [System] or the tag of a language that the window
// speaks.
func Knows(choice string) bool { return choice == System || read(choice) != nil }

// Speak makes the window speak a language: that of the tag, or for [System] and for a
// tag that there is no file of, the one of the desktop. If no font has its characters,
// it is English. Speak returns the tag of what is spoken. It is for the start of the
// program: texts that are there already stay.
func Speak(choice string) (tag string, err error) {
	tag = choice
	if choice == System || !Knows(choice) {
		tag = closest(lang.SystemLocale().LanguageString())
	}
	if tag != english && !drawable(nameOf(tag)) {
		tag = english
	}
	var texts map[string]string
	for _, t := range []string{english, tag} {
		var f file
		if err := json.Unmarshal(read(t), &f); err != nil {
			return english, err
		}
		if err := lang.AddTranslationsForLocale(f.Window, fyne.Locale(t)); err != nil {
			return english, err
		}
		texts = f.Elsewhere
	}
	setupLang(tag)
	speaks(tag)
	foreign.Store(newElsewhere(texts))
	return tag, nil
}

// file is a file of translations.
type file struct {
	// Name is the language's name in itself.
	Name string `json:"name"`
	// Window are the texts of the window, in the form of
	// [lang.AddTranslationsForLocale].
	Window json.RawMessage `json:"window"`
	// Elsewhere are the texts for [Text].
	Elsewhere map[string]string `json:"elsewhere"`
}

// closest is the tag of the language that is the closest to the wanted one; English if
// none is close.
func closest(want string) string {
	known := tags()
	list := make([]language.Tag, len(known))
	for i, t := range known {
		list[i] = language.Make(t)
	}
	_, i, sure := language.NewMatcher(list).Match(language.Make(want))
	if sure < language.High {
		return english
	}
	return known[i]
}

// tags are the names of the files, English first.
func tags() []string {
	out := []string{english}
	files, err := translations.ReadDir("translations")
	if err != nil {
		return out
	}
	for _, f := range files {
		if tag := strings.TrimSuffix(f.Name(), ".json"); tag != english {
			out = append(out, tag)
		}
	}
	return out
}

// read is the file of a language; nil if there is none.
func read(tag string) []byte {
	data, err := translations.ReadFile("translations/" + tag + ".json")
	if err != nil {
		return nil
	}
	return data
}

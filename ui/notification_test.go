package ui

import (
	"fmt"
	"strings"
	"testing"
)

// What others chose runs nothing: on Windows, Fyne writes a notification into a program
// for PowerShell, between double quotes (its app_windows.go, notificationTemplate).
func TestANotificationIsNoProgram(t *testing.T) {
	for _, name := range []string{
		`$(calc)`, `${env:PATH}`, `"; calc; "`, "“; calc; „", "”; calc #", "`\"; calc #", `\"; calc #`, `a\`, "a`", "line\n\"; calc",
	} {
		n := notificationOf("windows", name, name)
		for _, text := range []string{n.Title, n.Content} {
			if rest, ends := afterString(fmt.Sprintf("%q", text)); !ends || rest != "" {
				t.Errorf("%q became %q, after which PowerShell runs %q", name, text, rest)
			}
		}
	}
	if n := notificationOf("linux", `“a” $1`, "one\ntwo"); n.Title != `“a” $1` || n.Content != "one · two" {
		t.Errorf("%+v", n)
	}
}

// afterString is what follows a string of PowerShell in double quotes, of which there are
// four kinds (about_Quoting_Rules); a string that something is expanded in has no end.
func afterString(text string) (rest string, ends bool) {
	skip := false
	for i, r := range text[1:] {
		switch {
		case skip:
			skip = false
		case r == '`':
			skip = true
		case r == '$':
			return "", false
		case strings.ContainsRune("\"“”„", r):
			return text[1+i+len(string(r)):], true
		}
	}
	return "", false
}

package problem

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/providers"
)

// A title that was kept in English is found again, with what stood in its blanks.
func TestTitlesAreSaidAgain(t *testing.T) {
	blank := regexp.MustCompile(`\{[a-z_]+\}`)
	tongue := Tongue(func(english string) string {
		if english == nameless || slices.Contains(titles(), english) {
			return "other<" + english + ">"
		}
		return english
	})
	for _, title := range titles() {
		said := blank.ReplaceAllString(title, "Acme Git")
		if got, want := tongue.Title(said), "other<"+said+">"; got != want {
			t.Errorf("%q is %q", said, got)
		}
	}
	for said, want := range map[string]string{
		Explain(oauth.ErrOffline, nil, "").Title:                                 "other<Other<the provider> could not be reached>",
		Explain(oauth.ErrRateLimited, nil, "").Title:                             "other<Too many requests to other<the provider>>",
		Explain(oauth.ErrOffline, &providers.Provider{Name: "{host}"}, "").Title: "other<{host} could not be reached>",
		"At b: no words of ours":                                                 "At b: no words of ours",
		" could not be reached":                                                  " could not be reached",
		"From a to b and on to c":                                                "From a to b and on to c",
		"":                                                                       "",
	} {
		if got := tongue.Title(said); got != want {
			t.Errorf("%q is %q, want %q", said, got, want)
		}
	}
	also := "from {was} to {now}"
	back := Tongue(func(english string) string { return strings.ReplaceAll(english, also, "{now} after {was}") })
	if got := back.Title("from here to there", "from {was}", also, "{now}"); got != "there after here" {
		t.Errorf("%q", got)
	}
	if got := Tongue(nil).Title("It"); got != "It" {
		t.Errorf("in English it is %q", got)
	}
}

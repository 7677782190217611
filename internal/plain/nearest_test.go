package plain

import "testing"

func TestNearest(t *testing.T) {
	names := []string{"issuer", "id", "items", "list", "whoami", "authorization"}
	for typed, want := range map[string]string{
		"isuer": "issuer", "ISSUER": "issuer", "item": "items", "lits": "list", "lis": "list", "wohami": "whoami", "auth": "authorization",
		"": "", "ab": "", "x": "", "colour": "", "ident": "",
	} {
		if got := Nearest(names, typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

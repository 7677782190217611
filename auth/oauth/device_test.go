package oauth

import (
	"strings"
	"testing"
)

// A browser is sent to no page of this computer or its network by who is not as
// near, and to no page that is none.
func TestAddressesOfADeviceAnswer(t *testing.T) {
	const far, here = "https://login.example/device", "http://127.0.0.1:8080/device"
	for name, c := range map[string]struct {
		asked  string
		fields []any
		want   string
	}{
		"its own":                {far, []any{"https://login.example/go"}, "https://login.example/go"},
		"of another host":        {far, []any{"https://code.example/go"}, "https://code.example/go"},
		"as people type it":      {far, []any{"code.example/go"}, "https://code.example/go"},
		"this computer":          {far, []any{"http://127.0.0.1:8080/go"}, ""},
		"this computer, by name": {far, []any{"http://localhost/go"}, ""},
		"its network":            {far, []any{"http://192.168.1.1/go"}, ""},
		"the next one that is":   {far, []any{"http://127.0.0.1/go", "https://code.example/go"}, "https://code.example/go"},
		"here, by who is here":   {here, []any{"http://127.0.0.1:8080/go"}, "http://127.0.0.1:8080/go"},
		"elsewhere, by who is":   {here, []any{"https://code.example/go"}, "https://code.example/go"},
		"another scheme":         {far, []any{"file:///etc/passwd", "javascript:alert(1)", "/go", ""}, ""},
		"no text":                {far, []any{7, nil}, ""},
		"a name before the host": {far, []any{"https://github.com@login.example/go"}, ""},
		"without end":            {far, []any{"https://login.example/" + strings.Repeat("a", 5000)}, ""},
	} {
		if got := webAddress(c.asked, c.fields...); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

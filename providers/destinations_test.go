package providers

import "testing"

// A server is shown by the name that is asked for: letters of other scripts look
// like those of a name that a person knows.
func TestServersAreShownAsTheyAreResolved(t *testing.T) {
	for address, want := range map[string]string{
		"https://gіthub.com/x":          "https://xn--gthub-n2e.com",
		"https://BÜCHER.example:8443/x": "https://xn--bcher-kva.example:8443",
		"https://１２７.0.0.1:443/":        "https://127.0.0.1",
		"https://{host}.example/x":      "https://{host}.example",
		"https://[::1]:8443":            "https://[::1]:8443",
	} {
		if got := OriginOf(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

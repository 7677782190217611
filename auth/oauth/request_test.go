package oauth

import (
	"net/url"
	"testing"
)

// A parameter without a value is the same as none (RFC 6749 §3.1), and some servers
// refuse it: prompt = "" in a file takes the preset's away.
func TestEmptyParametersAreLeftOut(t *testing.T) {
	form := url.Values{}
	addExtra(form, map[string]string{"prompt": "", "audience": "api"})
	if got := form.Encode(); got != "audience=api" {
		t.Errorf("%q", got)
	}
}

package cli

import (
	"strings"
	"testing"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
)

// The way that a person just tried is not the advice after it.
func TestTimeoutAdvisesAnotherWay(t *testing.T) {
	for _, c := range []struct {
		err       auth.TimeoutError
		says, not string
	}{
		{auth.TimeoutError{}, "claviger login acme --no-browser", "--device"},
		{auth.TimeoutError{CanDevice: true}, "claviger login acme --device; or claviger login acme --no-browser", "--timeout"},
		{auth.TimeoutError{Link: true}, "--timeout 15m", "--no-browser"},
		{auth.TimeoutError{Link: true, CanDevice: true}, "claviger login acme --device", "--no-browser"},
	} {
		var out strings.Builder
		Tell(&out, &contextError{err: &c.err, provider: &providers.Provider{ID: "acme", Name: "Acme"}})
		if got := out.String(); !strings.Contains(got, c.says) || strings.Contains(got, c.not) {
			t.Errorf("%+v: %s", c.err, got)
		}
	}
}

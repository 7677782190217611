//go:build foreign

package foreign

import (
	"regexp"
	"testing"
)

var deviceFeature = object{
	"client": object{"grant_types": []string{"authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"}},
	"config": object{"features": object{"deviceFlow": object{"enabled": true}}},
}

var withCode = regexp.MustCompile(`http://\S+[?&](user_)?code=\S+`)

// signInLink is the address that a sign-in shows.
var signInLink = regexp.MustCompile(`http://\S+[?&]client_id=\S+`)

// device starts a sign-in with a code and returns the address with the code
// filled in, which the person opens on another device.
func (w *world) device(args ...string) (*process, string) {
	w.t.Helper()
	p := w.start(append([]string{"login", "harbour", "--device", "--json"}, args...)...)
	return p, p.says(withCode)
}

// says waits until the process says something of that form.
func (p *process) says(form *regexp.Regexp) string {
	p.w.t.Helper()
	said := ""
	eventually(p.w.t, "claviger says "+form.String(), func() bool {
		said = form.FindString(p.stderr.String())
		return said != ""
	})
	return said
}

// A sign-in on another device (RFC 8628): the browser knows nothing of this
// computer.
func TestDevice(t *testing.T) {
	t.Parallel()
	s, w := startOIDCProvider(t, deviceFeature), newWorld(t)
	w.harbour(s)
	p, address := w.device("--groups")
	w.browser.visit(t.Context(), address)
	says(t, w.browser.last().text, "successful")
	a := decode[account](t, p.ends(0).out)
	if a.User.Name != "Nadia Foreign" || len(a.Groups) != 3 || !a.Remembered {
		t.Errorf("account %+v", a)
	}
	w.token("--force")
}

// The person aborts on the other device.
func TestDeviceAborted(t *testing.T) {
	t.Parallel()
	s, w := startOIDCProvider(t, deviceFeature), newWorld(t)
	w.harbour(s)
	w.browser.presses("[ Abort ]")
	p, address := w.device()
	w.browser.visit(t.Context(), address)
	says(t, w.browser.last().text, "interrupted")
	says(t, p.ends(6).stderr, "Access denied")
}

// Nobody types the code in until it runs out.
func TestDeviceCodeExpires(t *testing.T) {
	t.Parallel()
	config := object{"deviceTTL": 2, "client": deviceFeature["client"], "config": deviceFeature["config"]}
	s, w := startOIDCProvider(t, config), newWorld(t)
	w.harbour(s)
	p, _ := w.device()
	says(t, p.ends(1).stderr, "The code has expired", "Start again")
}

// A server without the device flow, and one whose registration does not have
// it.
func TestDeviceNotOffered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.harbour(startOIDCProvider(t, nil))
	says(t, w.want(2, "login", "harbour", "--device").stderr, "does not support signing in with a code", "Sign in with the browser")
	w.harbour(startOIDCProvider(t, object{"config": deviceFeature["config"]}))
	says(t, w.want(1, "login", "harbour", "--device").stderr, "does not allow this sign-in method", "device code")
}

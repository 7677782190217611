package providers_test

import (
	"testing"

	"github.com/claviger/claviger/auth"
)

// If no desktop program can sign in, it is said before the person is asked for
// anything.
func unusable(t *testing.T, id, environ, why string) {
	t.Helper()
	o := newOP(t)
	d := newDesk(t, o, o.transport(), "", "CLAVIGER_"+environ+"_CLIENT_ID="+clientID, "CLAVIGER_"+environ+"_CLIENT_SECRET="+clientSecret)
	for _, device := range []bool{false, true} {
		acc, err := d.signIn(auth.SignInRequest{Provider: id, Device: device})
		if says(t, d.words(id, err), why, "https addresses"); acc != nil || err == nil || o.count() != 0 || len(d.browser.Opened()) != 0 {
			t.Errorf("%+v, %v, %d requests", acc, err, o.count())
		}
	}
}

func TestApple(t *testing.T) {
	unusable(t, "apple", "APPLE", "signed with the developer's private key")
}
func TestFacebook(t *testing.T) { unusable(t, "facebook", "FACEBOOK", "app's secret") }

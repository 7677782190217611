package demo

import (
	"net"
	"net/url"
	"reflect"
	"testing"
)

// TestEverySwitchIsInTheLab holds /lab against the fields of Misbehaviour.
func TestEverySwitchIsInTheLab(t *testing.T) {
	var m Misbehaviour
	for _, g := range labGroups() {
		for _, s := range g.Switches {
			if *s.value(&m) {
				t.Errorf("%s switches what another one does", s.Key)
			}
			*s.value(&m) = true
		}
	}
	m.ExpireNow, m.RevokeAll = true, true // buttons of their own
	v := reflect.ValueOf(m)
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Bool && !f.Bool() {
			t.Errorf("%s has no switch", v.Type().Field(i).Name)
		}
	}
}

// FuzzLoopbackRedirect looks for an address that is accepted and leads away
// from this computer.
func FuzzLoopbackRedirect(f *testing.F) {
	for _, seed := range []string{
		"http://127.0.0.1:1/cb", "http://[::1]/", "http://localhost:80", "http://127.0.0.1:x@evil.example/",
		"http:127.0.0.1", "http://localhost\\.evil.example/", "//localhost/", "http://LOCALHOST/",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		if !loopbackRedirect(uri) {
			return
		}
		u, err := url.Parse(uri)
		if err != nil || u.Scheme != "http" || u.User != nil {
			t.Fatalf("%q", uri)
		}
		if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && !ip.IsLoopback() {
			t.Fatalf("%q leads to %q", uri, u.Hostname())
		}
		if again := u.String(); !loopbackRedirect(again) {
			t.Fatalf("%q is accepted, %q is not", uri, again)
		}
	})
}

package providers

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRedirectOf(t *testing.T) {
	for name, c := range map[string]struct {
		uris []string
		want Redirect
		ok   bool
	}{
		"none":       {nil, Redirect{}, false},
		"not here":   {[]string{"https://127.0.0.1/callback", "http://login.example/callback", "com.example:/cb", "http://127.0.0.1/cb?x=1"}, Redirect{}, false},
		"any port":   {[]string{"http://127.0.0.1/callback"}, Redirect{Host: "127.0.0.1", Path: "/callback", Register: "http://127.0.0.1/callback"}, true},
		"IPv6":       {[]string{"http://[::1]:7/cb"}, Redirect{Host: "[::1]", Path: "/cb", Ports: []int{7}, Register: "http://[::1]:7/cb"}, true},
		"one by one": {[]string{"http://localhost:7/cb", "http://127.0.0.1:8/cb", "http://localhost:9/cb"}, Redirect{Host: "localhost", Path: "/cb", Ports: []int{7, 9}, Register: "http://localhost:7/cb, http://localhost:9/cb"}, true},
		"also any":   {[]string{"http://127.0.0.1:7/cb", "http://127.0.0.1/cb"}, Redirect{Host: "127.0.0.1", Path: "/cb", Register: "http://127.0.0.1/cb"}, true},
	} {
		got, ok := RedirectOf(c.uris)
		if ok != c.ok {
			t.Errorf("%s: %v", name, ok)
		}
		if diff := cmp.Diff(c.want, got); ok && diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestFromRegistration(t *testing.T) {
	m := &Metadata{Issuer: "https://login.example.com", ScopesSupported: []string{"openid", "email", "offline_access", "more"}}
	plain := Registered{ClientID: "c", Auth: "none", SecretUse: "none", Redirect: Redirect{Host: "127.0.0.1", Path: "/callback", Register: "http://127.0.0.1/callback"}}
	parse := func(r Registered) *Provider {
		t.Helper()
		data, err := FromRegistration("work", "", r, m)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Parse("work.toml", data)
		if err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		return p
	}
	p := parse(plain)
	if p.Client.ID != "c" || p.Client.Auth != "none" || p.Client.SecretUse != "none" || p.Ready() != nil {
		t.Errorf("%+v", p.Client)
	}
	if diff := cmp.Diff(plain.Redirect, p.Redirect); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"offline_access"}, p.Scopes.Offline); diff != "" || p.Authorization.Params["prompt"] != "consent" {
		t.Errorf("%s %v", diff, p.Authorization.Params)
	}
	plain.NoRefresh = true
	if p := parse(plain); len(p.Scopes.Offline) != 0 || p.Authorization.Params["prompt"] != "" {
		t.Errorf("without refresh tokens: %v, %v", p.Scopes.Offline, p.Authorization.Params)
	}
	scopes, err := RegistrationScopes(m)
	if diff := cmp.Diff([]string{"openid", "email", "offline_access"}, scopes); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if scopes, _ := RegistrationScopes(&Metadata{}); scopes != nil {
		t.Errorf("an issuer that names none: %v", scopes)
	}
}

package auth

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/providers"
)

// transport answers requests without a socket, so that time can be faked.
type transport func(r *http.Request, form url.Values) (status int, body string, err error)

// RoundTrip implements [http.RoundTripper].
func (f transport) RoundTrip(r *http.Request) (*http.Response, error) {
	form := url.Values{}
	if r.Body != nil {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		if form, err = url.ParseQuery(string(b)); err != nil {
			return nil, err
		}
	}
	status, body, err := f(r, form)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
	}, nil
}

// deviceProvider is a provider without OpenID whose polls are answered one
// after the other; the last answer stays.
func deviceProvider(t *testing.T, first string, polls ...string) (*Agent, *[]time.Duration) {
	t.Helper()
	p := &providers.Provider{
		Schema: 1, ID: "fake", Name: "Fake", Discovery: "none",
		Endpoints: providers.Endpoints{
			Authorization: "https://fake.example/authorize", Token: "https://fake.example/token",
			DeviceAuthorization: "https://fake.example/device", Userinfo: "https://fake.example/user",
		},
		Client: providers.Client{ID: "client-1", SecretUse: "none", Auth: "none"},
		Scopes: providers.Scopes{Base: []string{"read:user"}},
		// What a file adds cannot replace what the request is about.
		Authorization: providers.Authorization{DeviceParams: map[string]string{"scopes": "read:user", "scope": "mine"}},
		Profile: providers.Profile{Sources: []providers.ProfileSource{
			{Source: providers.Source{Name: "Profile", From: "userinfo"}, Map: "{id: .sub, name: .name}"},
		}},
	}
	if first == "" {
		p.Endpoints.DeviceAuthorization = ""
	}
	var pauses []time.Duration
	last := time.Now()
	a, err := New(Options{
		Lookup: func(string) (*providers.Provider, bool) { c := *p; return &c, true },
		Transport: transport(func(r *http.Request, form url.Values) (int, string, error) {
			switch r.URL.Path {
			case "/device":
				if form.Get("client_id") != "client-1" || form.Get("scope") != "read:user" || form.Get("scopes") != "read:user" {
					t.Errorf("device request %v", form)
				}
				last = time.Now()
				return http.StatusOK, first, nil
			case "/user":
				return http.StatusOK, `{"sub":"user-1"}`, nil
			}
			if form.Get("grant_type") != oauth.DeviceGrant || form.Get("device_code") != canaryCode {
				t.Errorf("poll %v", form)
			}
			pauses = append(pauses, time.Since(last))
			last = time.Now()
			answer := polls[0]
			if len(polls) > 1 {
				polls = polls[1:]
			}
			switch {
			case answer == "timeout":
				return 0, "", context.DeadlineExceeded
			case strings.HasPrefix(answer, "{"):
				return http.StatusOK, answer, nil
			}
			if odd, ok := map[string]struct {
				status int
				body   string
			}{"empty": {http.StatusBadRequest, ""}, "503": {http.StatusServiceUnavailable, "<html>"}, "html": {http.StatusOK, "<html>"}}[answer]; ok {
				return odd.status, odd.body, nil
			}
			return http.StatusBadRequest, `{"error":"` + answer + `"}`, nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return a, &pauses
}

const (
	deviceAnswer = `{"device_code":"` + canaryCode + `","user_code":"WDJB-MJHT","verification_uri":"https://fake.example/activate","verification_uri_complete":"https://fake.example/activate?c=WDJB-MJHT","expires_in":900,"interval":5}`
	deviceTokens = `{"access_token":"` + canaryAccess + `","token_type":"bearer"}`
)

func TestDeviceFlow(t *testing.T) {
	const s = time.Second
	tests := map[string]struct {
		first  string
		polls  []string
		pauses []time.Duration
		err    error
		code   string
	}{
		"at once":             {deviceAnswer, []string{deviceTokens}, []time.Duration{5 * s}, nil, ""},
		"pending":             {deviceAnswer, []string{"authorization_pending", "authorization_pending", deviceTokens}, []time.Duration{5 * s, 5 * s, 5 * s}, nil, ""},
		"pending, wordless":   {deviceAnswer, []string{"empty", "empty", deviceTokens}, []time.Duration{5 * s, 5 * s, 5 * s}, nil, ""},
		"no scheme":           {strings.ReplaceAll(deviceAnswer, "https://", ""), []string{deviceTokens}, []time.Duration{5 * s}, nil, ""},
		"only complete":       {strings.Replace(deviceAnswer, `"verification_uri":"https://fake.example/activate",`, "", 1), []string{deviceTokens}, []time.Duration{5 * s}, nil, ""},
		"slow down for good":  {deviceAnswer, []string{"slow_down", "authorization_pending", "slow_down", deviceTokens}, []time.Duration{5 * s, 10 * s, 10 * s, 15 * s}, nil, ""},
		"time-outs back off":  {deviceAnswer, []string{"timeout", "timeout", "503", "authorization_pending", deviceTokens}, []time.Duration{5 * s, 10 * s, 20 * s, 40 * s, 5 * s}, nil, ""},
		"back-off has an end": {deviceAnswer, []string{"timeout", "timeout", "timeout", "timeout", "timeout", deviceTokens}, []time.Duration{5 * s, 10 * s, 20 * s, 40 * s, 60 * s, 60 * s}, nil, ""},
		"no interval":         {strings.Replace(deviceAnswer, `,"interval":5`, "", 1), []string{deviceTokens}, []time.Duration{5 * s}, nil, ""},
		"interval as text":    {strings.Replace(deviceAnswer, `:5}`, `:"7"}`, 1), []string{deviceTokens}, []time.Duration{7 * s}, nil, ""},
		"google's field":      {strings.ReplaceAll(deviceAnswer, "verification_uri", "verification_url"), []string{deviceTokens}, []time.Duration{5 * s}, nil, ""},
		"200 with error":      {deviceAnswer, []string{`{"error":"authorization_pending"}`, deviceTokens}, []time.Duration{5 * s, 5 * s}, nil, ""},
		"denied":              {deviceAnswer, []string{"access_denied"}, []time.Duration{5 * s}, nil, "access_denied"},
		"declined":            {deviceAnswer, []string{"authorization_declined"}, []time.Duration{5 * s}, nil, "authorization_declined"},
		"expired":             {deviceAnswer, []string{"expired_token"}, []time.Duration{5 * s}, oauth.ErrDeviceExpired, ""},
		"expired, other name": {deviceAnswer, []string{"token_expired"}, []time.Duration{5 * s}, oauth.ErrDeviceExpired, ""},
		"html":                {deviceAnswer, []string{"html"}, []time.Duration{5 * s}, oauth.ErrAnswer, ""},
		"expires by itself":   {strings.Replace(deviceAnswer, "900", "12", 1), []string{"authorization_pending"}, []time.Duration{5 * s, 5 * s}, oauth.ErrDeviceExpired, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, pauses := deviceProvider(t, tt.first, tt.polls...)
				defer func() { _ = a.Close() }()
				f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", Device: true})
				if err != nil {
					t.Fatal(err)
				}
				d := f.Device()
				if d.UserCode != "WDJB-MJHT" || !strings.HasPrefix(d.VerificationURI, "https://fake.example/activate") || f.URL() != d.VerificationURIComplete || !f.Deadline().Equal(d.ExpiresAt) {
					t.Errorf("device is %+v", d)
				}
				account, err := f.Wait(t.Context())
				var pe *oauth.ProviderError
				switch {
				case tt.err != nil && !errors.Is(err, tt.err),
					tt.code != "" && (!errors.As(err, &pe) || pe.Code != tt.code),
					tt.err == nil && tt.code == "" && (err != nil || account.User.ID != "user-1"):
					t.Errorf("%v, %v", account, err)
				}
				if !slices.Equal(*pauses, tt.pauses) {
					t.Errorf("pauses %v, want %v", *pauses, tt.pauses)
				}
			})
		})
	}
}

func TestDeviceFlowEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := deviceProvider(t, deviceAnswer, "authorization_pending")
		defer func() { _ = a.Close() }()
		f, err := a.Start(t.Context(), SignInRequest{Provider: "fake", Device: true, Timeout: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if _, err := f.Wait(t.Context()); !errors.Is(err, ErrTimeout) || time.Since(start) != time.Minute {
			t.Errorf("time limit: %v after %v", err, time.Since(start))
		}
		if err := f.Paste("http://127.0.0.1/"); !errors.Is(err, ErrPasted) {
			t.Errorf("paste: %v", err)
		}
		if f, err = a.Start(t.Context(), SignInRequest{Provider: "fake", Device: true}); err != nil {
			t.Fatal(err)
		}
		start = time.Now()
		f.Cancel()
		if _, err := f.Wait(t.Context()); !errors.Is(err, ErrCanceled) || time.Since(start) != 0 {
			t.Errorf("cancel: %v after %v", err, time.Since(start))
		}
	})
}

func TestDeviceRequestFails(t *testing.T) {
	tests := map[string]struct {
		first string
		err   error
		code  string
	}{
		"no device flow":  {"", oauth.ErrNoDevice, ""},
		"disabled":        {`{"error":"device_flow_disabled"}`, nil, "device_flow_disabled"},
		"html":            {"<html>", oauth.ErrAnswer, ""},
		"no code":         {strings.Replace(deviceAnswer, "user_code", "x", 1), oauth.ErrAnswer, ""},
		"script as link":  {strings.ReplaceAll(deviceAnswer, "https://fake.example/activate", "javascript:alert(1)"), oauth.ErrAnswer, ""},
		"a file as link":  {strings.ReplaceAll(deviceAnswer, "https://", "file://"), oauth.ErrAnswer, ""},
		"empty in a form": {"device_code=x", oauth.ErrAnswer, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a, _ := deviceProvider(t, tt.first, deviceTokens)
			defer func() { _ = a.Close() }()
			_, err := a.Start(t.Context(), SignInRequest{Provider: "fake", Device: true})
			if err == nil || tt.err != nil && !errors.Is(err, tt.err) || oauth.Code(err) != tt.code {
				t.Errorf("error is %v", err)
			}
		})
	}
}

package providers

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Bounds of one request for user details.
const (
	maxAnswer  = 2 << 20
	shortPause = 5 * time.Second
)

// RequestError is a request for user details that failed. It holds no token,
// no address and nothing of the answer.
type RequestError struct {
	// Name is the source's name.
	Name string
	// Status is the HTTP status, 0 where there was no answer.
	Status int
	// Reason is plain words: "too many requests (429); try again later".
	Reason string
	Err    error
}

// Error implements error.
func (e *RequestError) Error() string { return e.Name + ": " + e.Reason }

// Unwrap returns the cause, such as what the network said.
func (e *RequestError) Unwrap() error { return e.Err }

// fetcher makes the requests of one [Provider.Identity] call.
type fetcher struct {
	client  *http.Client
	token   Secret
	observe func(Request)
}

// answer is a decoded JSON answer.
type answer struct {
	body   any
	header http.Header
}

// get asks once more where the provider says to come back in a moment.
func (f *fetcher) get(ctx context.Context, name, address string, headers map[string]string) (*answer, error) {
	a, pause, err := f.once(ctx, name, address, headers)
	if pause <= 0 || pause > shortPause {
		return a, err
	}
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return nil, err
	case <-t.C:
	}
	a, _, err = f.once(ctx, name, address, headers)
	return a, err
}

// once makes one request and tells the observer. pause is the Retry-After of
// a refusal.
func (f *fetcher) once(ctx context.Context, name, address string, headers map[string]string) (a *answer, pause time.Duration, err error) {
	u, err := url.Parse(address)
	if err != nil || !secureURL(u) {
		return nil, 0, &RequestError{Name: name, Reason: "the address is not https"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, 0, &RequestError{Name: name, Reason: "the address is not usable"}
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", userAgent)
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	if !f.token.IsZero() {
		req.Header.Set("Authorization", "Bearer "+f.token.Reveal())
	}
	seen := Request{Name: name, Method: req.Method, URL: u.Scheme + "://" + u.Host + u.EscapedPath(), Start: time.Now()}
	resp, err := f.client.Do(req)
	if err == nil {
		defer func() { _ = resp.Body.Close() }()
		seen.Status = resp.StatusCode
		a, err = readAnswer(name, resp)
		pause = retryAfter(resp)
	} else {
		err = &RequestError{Name: name, Reason: "the provider could not be reached", Err: NewConnectionError(u.Host, err)}
	}
	seen.End, seen.Err = time.Now(), err
	if f.observe != nil {
		f.observe(seen)
	}
	if err == nil {
		pause = 0
	}
	return a, pause, err
}

// readAnswer reads the body, which its caller closes.
func readAnswer(name string, resp *http.Response) (*answer, error) {
	fail := func(reason string, err error) (*answer, error) {
		return nil, &RequestError{Name: name, Status: resp.StatusCode, Reason: reason, Err: err}
	}
	if resp.StatusCode != http.StatusOK {
		return fail(refusal(resp), nil)
	}
	if t, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err == nil && t == "application/jwt" {
		return fail("signed user info is not supported", nil)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return fail("the answer broke off", err)
	case len(data) > maxAnswer:
		return fail("the answer is larger than 2 MiB", nil)
	case len(strings.TrimSpace(string(data))) == 0:
		return fail("the answer is empty", nil)
	}
	body, err := decodeJSON(data)
	if err != nil {
		return fail("the answer is no valid JSON", nil)
	}
	return &answer{body, resp.Header}, nil
}

// refusal puts a status into words.
func refusal(resp *http.Response) string {
	code := resp.StatusCode
	if strings.HasPrefix(resp.Header.Get("X-GitHub-SSO"), "required") {
		return "an organisation wants its single sign-on first: open the organisation at GitHub, sign in there and check again"
	}
	if strings.Contains(resp.Header.Get("WWW-Authenticate"), "insufficient_scope") { // RFC 6750 §3.1
		return fmt.Sprintf("a permission is missing (%d)", code)
	}
	switch {
	case code >= 300 && code < 400:
		return "the provider redirects to another host, where the token is not sent"
	case code == http.StatusUnauthorized:
		return "the provider does not accept the access token (401)"
	case code == http.StatusTooManyRequests, code == http.StatusForbidden && rateLimited(resp):
		return fmt.Sprintf("too many requests (%d)%s", code, later(resp))
	case code == http.StatusForbidden:
		return "not permitted (403): a permission is missing, or an administrator does not allow it"
	case code == http.StatusNotFound:
		return "not found (404): often a missing permission"
	case code >= 500:
		return fmt.Sprintf("the provider has a problem (%d); try again later", code)
	}
	return fmt.Sprintf("the provider refused (%d)", code)
}

func rateLimited(resp *http.Response) bool {
	return resp.Header.Get("Retry-After") != "" || resp.Header.Get("X-RateLimit-Remaining") == "0"
}

func later(resp *http.Response) string {
	if d := retryAfter(resp); d > 0 {
		return "; try again in " + d.String()
	}
	return "; try again later"
}

// retryAfter reads RFC 9110 §10.2.3 of a 403, 429 or 503, both its forms; where
// it is absent and a rate limit is used up, the time at which that starts anew.
func retryAfter(resp *http.Response) time.Duration {
	switch resp.StatusCode {
	case http.StatusForbidden, http.StatusTooManyRequests, http.StatusServiceUnavailable:
	default:
		return 0
	}
	h := resp.Header.Get("Retry-After")
	if n, err := strconv.Atoi(h); err == nil && n >= 0 && n < 1<<20 {
		return max(time.Duration(n)*time.Second, time.Millisecond)
	}
	if at, err := http.ParseTime(h); err == nil {
		return time.Until(at).Round(time.Second)
	}
	if h == "" && resp.Header.Get("X-RateLimit-Remaining") == "0" {
		return untilReset(resp.Header.Get("X-RateLimit-Reset"))
	}
	return 0
}

// untilReset is the time until a moment in seconds since 1970, 0 where there is
// none. It stands in no standard, but GitHub, Okta and others agree on it. A
// second more than it says, for a clock that is a little off.
func untilReset(reset string) time.Duration {
	at, err := strconv.ParseInt(reset, 10, 64)
	if err != nil || at <= 0 || at > 1<<40 {
		return 0
	}
	d := time.Until(time.Unix(at, 0)).Round(time.Second) + time.Second
	return min(max(d, time.Second), 24*time.Hour)
}

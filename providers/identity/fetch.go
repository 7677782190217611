package identity

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// maxAnswer bounds one answer, in bytes.
const maxAnswer = 2 << 20

// RequestError is a request for user details that failed. Its text holds no
// token, no address and no part of the answer.
type RequestError struct {
	// Name is the source's name.
	Name phrase.Text
	// Status is the HTTP status, 0 if there was no answer.
	Status int
	// Reason is in plain words: "too many requests (429); try again later".
	Reason phrase.Text
	// Link is a page of the provider that a person can open to solve it, from
	// one of [providers.Provider.Notices]; else "".
	Link string
	Err  error
}

// Error implements error.
func (e *RequestError) Error() string { return e.Name + ": " + e.Reason }

// Unwrap returns the cause, such as what the network said.
func (e *RequestError) Unwrap() error { return e.Err }

// fetcher makes the requests of one [Ask] call.
type fetcher struct {
	client   *http.Client
	token    providers.Secret
	observe  func(Exchange)
	progress func(Progress)
	notice   func(http.Header) (told notice, ok bool)
	patience patience
}

// question is one request to make.
type question struct {
	name    string
	address string
	headers map[string]string
	// page counts from 1 if the answer is a page of groups; else 0. groups are those
	// read already.
	page, groups int
	// verify, if set, reads an answer that is a signed JWT.
	verify func(ctx context.Context, signed providers.Secret) (map[string]any, error)
}

// answer is a decoded JSON answer.
type answer struct {
	body   any
	header http.Header
}

// get asks again if the provider says to come back later, as long as there is
// patience for it.
func (f *fetcher) get(ctx context.Context, q question) (*answer, error) {
	for try := 1; ; try++ {
		a, wait, err := f.once(ctx, q)
		if err == nil || try == maxTries || !f.patience.take(wait) {
			return a, err
		}
		f.tell(Progress{Name: q.name, Page: q.page, Groups: q.groups, Wait: wait})
		if !pause(ctx, wait) {
			return nil, err
		}
	}
}

func (f *fetcher) tell(p Progress) {
	if f.progress != nil {
		f.progress(p)
	}
}

// once makes one request and reports it to the observer. wait is the Retry-After of a
// refusal.
func (f *fetcher) once(ctx context.Context, q question) (a *answer, wait time.Duration, err error) {
	u, err := url.Parse(q.address)
	if err != nil || !ask.Secure(u) {
		return nil, 0, &RequestError{Name: q.name, Reason: "the address is not https"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, q.address, nil)
	if err != nil {
		return nil, 0, &RequestError{Name: q.name, Reason: "the address is not usable"}
	}
	req.Header.Set("Accept", "application/json")
	if q.verify != nil {
		req.Header.Set("Accept", "application/json, application/jwt;q=0.9")
	}
	req.Header.Set("User-Agent", ask.UserAgent)
	for k, v := range q.headers {
		req.Header.Set(k, v)
	}
	if !f.token.IsZero() {
		req.Header.Set("Authorization", "Bearer "+f.token.Reveal())
	}
	seen := Exchange{Name: q.name, Page: q.page, Method: req.Method, URL: u.Scheme + "://" + u.Host + u.EscapedPath(), Start: time.Now()}
	got, err := ask.Question{Client: f.client, Request: req, Most: maxAnswer, OnlyOK: true}.Ask()
	if got != nil {
		seen.Status = got.StatusCode
		a, err = f.readAnswer(ctx, q, got, err)
		wait = retryAfter(got.Response)
	} else {
		err = unasked(q.name, err)
	}
	seen.End, seen.Err = time.Now(), err
	if f.observe != nil {
		f.observe(seen)
	}
	return a, wait, err
}

// unasked is the error of a request without an answer. A client that keeps the
// token from a server says so in its own words.
func unasked(name string, err error) error {
	var withheld interface {
		error
		Withheld() string
	}
	if errors.As(err, &withheld) {
		return &RequestError{Name: name, Reason: withheld.Withheld(), Err: withheld}
	}
	return &RequestError{Name: name, Reason: "the provider could not be reached", Err: err}
}

// readAnswer judges an answer; unread is why its body was not had whole.
func (f *fetcher) readAnswer(ctx context.Context, q question, resp *ask.Answer, unread error) (*answer, error) {
	fail := func(reason phrase.Text, err error) (*answer, error) {
		return nil, &RequestError{Name: q.name, Status: resp.StatusCode, Reason: reason, Err: err}
	}
	if resp.StatusCode != http.StatusOK {
		if n, ok := f.notice(resp.Header); ok {
			return nil, &RequestError{Name: q.name, Status: resp.StatusCode, Reason: n.text, Link: n.link}
		}
		return fail(refusal(resp.Response), nil)
	}
	data := resp.Content
	body, _ := errors.AsType[*ask.BodyError](unread)
	switch {
	case body != nil && body.Most == 0:
		return fail("the response was cut off", body.Err)
	case body != nil:
		return fail(phrase.Say("the response is larger than {size}", plain.Size(maxAnswer)), nil)
	case len(strings.TrimSpace(string(data))) == 0:
		return fail("the response is empty", nil)
	}
	if t, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err == nil && t == "application/jwt" {
		if q.verify == nil {
			return fail("a signed response is not supported here", nil)
		}
		claims, err := q.verify(ctx, providers.NewSecret(strings.TrimSpace(string(data))))
		if err != nil {
			return fail(phrase.Say("the signed response was not used: {fault}", err.Error()), err)
		}
		return &answer{claims, resp.Header}, nil
	}
	value, err := foreign.Value(data)
	if err != nil {
		return fail("the response is not valid JSON", nil)
	}
	return &answer{value, resp.Header}, nil
}

// refusal puts a status into words.
func refusal(resp *http.Response) phrase.Text {
	code, status := resp.StatusCode, strconv.Itoa(resp.StatusCode)
	if strings.Contains(resp.Header.Get("WWW-Authenticate"), "insufficient_scope") { // RFC 6750 §3.1
		return phrase.Say("a permission is missing ({status})", status)
	}
	switch {
	case code >= 300 && code < 400:
		return "the provider redirects to another host, where the token is not sent"
	case code == http.StatusUnauthorized:
		return "the provider does not accept the access token (401)"
	case code == http.StatusTooManyRequests, code == http.StatusForbidden && rateLimited(resp):
		return later(resp, status)
	case code == http.StatusForbidden:
		return "not permitted (403): a permission is missing, or an administrator does not allow it"
	case code == http.StatusNotFound:
		return "not found (404): often a missing permission"
	case code >= 500:
		return phrase.Say("the provider has a problem ({status}); try again later", status)
	}
	return phrase.Say("the provider refused ({status})", status)
}

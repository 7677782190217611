package probe

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
)

// strangeRedirect is an address that no registration lists: .invalid is no
// name of anybody (RFC 6761 §6.4).
const strangeRedirect = "https://claviger-test.invalid/not-registered"

// maxSeen bounds what is read of a page, in bytes.
const maxSeen = 256 << 10

// verdict is what the answer to an authorization request looks like.
type verdict struct {
	outcome idtoken.Outcome // [Passed]: it goes on to a sign-in page
	problem problem.Problem // if it failed
	reason  phrase.Text     // if that could not be found out
}

// visited opens the authorization request as a browser would, once, without
// cookies, following nothing. A provider that goes on to its sign-in page may
// have looked at the redirect URI, or may do so later: it has, if it refuses
// a strange one.
func (b *prober) visited(ctx context.Context) finding {
	got := b.visit(ctx, b.address())
	switch got.outcome {
	case idtoken.Failed:
		return b.worded(got.problem)
	case idtoken.Skipped:
		return b.untold("Unknown: {why}.", got.reason)
	case idtoken.Passed:
	}
	if b.visit(ctx, strangeRedirect).outcome == idtoken.Failed {
		return b.good("Accepted, and an unregistered one is rejected.")
	}
	return b.untold("Unknown: the provider requires signing in first.")
}

// visit makes one authorization request.
func (b *prober) visit(ctx context.Context, redirect string) verdict {
	c, q := b.request(redirect)
	address, err := c.AuthorizationURL(q, c.NewBinding(q.Scopes))
	if err != nil {
		return verdict{idtoken.Skipped, problem.Problem{}, "there is no usable sign-in address"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return verdict{idtoken.Skipped, problem.Problem{}, "there is no usable sign-in address"}
	}
	req.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.5")
	req.Header.Set("Accept-Language", "en")
	client, err := b.t.Network.Strict(b.p)
	if err != nil {
		return verdict{idtoken.Skipped, problem.Problem{}, "the provider's certificate file cannot be used"}
	}
	answer, _ := ask.Question{Client: client, Request: req, Most: maxSeen}.Ask() // the beginning is enough
	switch {
	case answer == nil:
		return verdict{idtoken.Skipped, problem.Problem{}, "the sign-in page did not respond"}
	case answer.StatusCode >= 300 && answer.StatusCode < 400:
		return b.judgeRedirect(answer.Response, redirect)
	}
	return b.judgePage(answer.StatusCode, string(answer.Content))
}

// judgeRedirect distinguishes a way to the sign-in page from one to an error.
func (b *prober) judgeRedirect(resp *http.Response, redirect string) verdict {
	to, err := resp.Location()
	if err != nil {
		return verdict{idtoken.Skipped, problem.Problem{}, "it redirects without an address"}
	}
	q := to.Query()
	if oauth.SameRedirect(trace.Address(to.String()), trace.Address(redirect)) {
		// It comes back, so the redirect URI is accepted (RFC 6749 §4.1.2.1).
		switch code := q.Get("error"); code {
		case "", "login_required", "interaction_required", "consent_required", "account_selection_required":
			return verdict{outcome: idtoken.Passed}
		case "server_error", "temporarily_unavailable":
			return verdict{idtoken.Skipped, problem.Problem{}, "the provider is temporarily unavailable"}
		}
		return verdict{idtoken.Failed, b.t.Tongue.Page(withoutCode(to), b.p, b.redirect), ""}
	}
	segments := strings.Split(strings.ToLower(to.Path), "/")
	if !q.Has("error") && !slices.Contains(segments, "error") && !slices.Contains(segments, "errors") {
		return verdict{outcome: idtoken.Passed}
	}
	found := b.t.Tongue.Page(withoutCode(to), b.p, b.redirect)
	if found.Code == problem.UnknownPage {
		found.Title, found.Detail = b.in("The provider shows an error page"), ""
		found.Next = b.in("Start a sign-in and check that page; claviger explain says what it means.")
	}
	return verdict{idtoken.Failed, found, ""}
}

// withoutCode is an answer's address that repeats no code: a provider that sends
// one together with an error may name it in the error's description too.
func withoutCode(to *url.URL) string {
	q := to.Query()
	scrub := trace.NewScrubber(q.Get("code"))
	q.Del("code")
	for _, values := range q {
		for i, v := range values {
			values[i] = scrub.Text(v, 500)
		}
	}
	out := *to
	out.RawQuery = q.Encode()
	return out.String()
}

// judgePage distinguishes a sign-in page from an error.
func (b *prober) judgePage(status int, body string) verdict {
	words := plainText(body)
	found := b.t.Tongue.Page(words, b.p, b.redirect)
	// Sign-in pages have much text, and fields that hold addresses; only a page
	// without any is a mere message.
	form := regexp.MustCompile(`(?i)<(form|input|script)\b`).MatchString(body)
	switch {
	case status < 300 && (form || found.Code == problem.UnknownPage):
		return verdict{outcome: idtoken.Passed}
	case oauth.Busy(status):
		return verdict{idtoken.Skipped, problem.Problem{}, "the provider is temporarily unavailable"}
	case found.Code != problem.UnknownPage:
		return verdict{idtoken.Failed, found, ""}
	case status == http.StatusNotFound:
		return verdict{idtoken.Failed, problem.Problem{
			Title: b.in("There is no page at the sign-in address"),
			Next:  b.in("Check the client ID and the authorization endpoint."),
		}, ""}
	case status == http.StatusBadRequest:
		found.Title = b.in("The provider rejected the request")
		if said := trace.NewScrubber(b.p.Client.Secret.Reveal()).Text(words, 160); said != "" {
			found.Detail = plain.Sentences(b.in(phrase.Say("Its page says: “{words}”.", said)), found.Detail)
		}
		return verdict{idtoken.Failed, found, ""}
	}
	return verdict{idtoken.Skipped, problem.Problem{}, "the sign-in page does not let programs in"}
}

// plainText is the text of a page as a person would read it, roughly.
func plainText(page string) string {
	page = regexp.MustCompile(`(?is)<(script|style)\b.*?</(script|style)>|<!--.*?-->`).ReplaceAllString(page, " ")
	page = regexp.MustCompile(`(?s)<[^>]*>`).ReplaceAllString(page, " ")
	return strings.Join(strings.Fields(html.UnescapeString(page)), " ")
}

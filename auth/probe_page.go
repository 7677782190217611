package auth

import (
	"context"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/claviger/claviger/auth/trace"
)

// unknownPage is the code of the words for a page that nobody knows.
const unknownPage = "browser-page"

// strangeRedirect is an address that no registration lists: .invalid is no
// name of anybody (RFC 6761 §6.4).
const strangeRedirect = "https://claviger-test.invalid/not-registered"

// verdict is what the answer to an authorization request looks like.
type verdict struct {
	outcome Outcome // [Passed]: it goes on to a sign-in page
	problem Problem // where it failed
	reason  string  // where it could not be told
}

// visited opens the authorization request as a browser would, once, without
// cookies, following nothing. A provider that goes on to its sign-in page may
// have looked at the redirect URI, or may do so later: it has, where it refuses
// a strange one.
func (b *prober) visited(ctx context.Context) finding {
	got := b.visit(ctx, b.address())
	switch got.outcome {
	case Failed:
		return worded(got.problem)
	case Skipped:
		return untold("Unknown: %s.", got.reason)
	case Passed:
	}
	if b.visit(ctx, strangeRedirect).outcome == Failed {
		return good("Accepted, and an unregistered one is rejected.")
	}
	return untold("Unknown: the provider requires signing in first.")
}

// visit makes one authorization request.
func (b *prober) visit(ctx context.Context, redirect string) verdict {
	c := b.request(redirect)
	address, err := authorizationURL(b.md, c.req.params(c.attempt))
	if err != nil {
		return verdict{Skipped, Problem{}, "there is no usable sign-in address"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return verdict{Skipped, Problem{}, "there is no usable sign-in address"}
	}
	req.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.5")
	req.Header.Set("Accept-Language", "en")
	client, err := b.a.strictClient(b.p)
	if err != nil {
		return verdict{Skipped, Problem{}, "the provider's certificate file cannot be used"}
	}
	resp, err := client.Do(req)
	if err != nil {
		return verdict{Skipped, Problem{}, "the sign-in page did not respond"}
	}
	defer func() { _ = resp.Body.Close() }()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 4*maxPage)) // the beginning is enough
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		return b.judgeRedirect(resp, redirect)
	}
	return b.judgePage(resp.StatusCode, string(body))
}

// judgeRedirect tells a way to the sign-in page from one to an error.
func (b *prober) judgeRedirect(resp *http.Response, redirect string) verdict {
	to, err := resp.Location()
	if err != nil {
		return verdict{Skipped, Problem{}, "it redirects without an address"}
	}
	q := to.Query()
	if sameReturn(trace.Address(to.String()), trace.Address(redirect)) {
		// It comes back, so the redirect URI is accepted (RFC 6749 §4.1.2.1).
		switch code := q.Get("error"); code {
		case "", "login_required", "interaction_required", "consent_required", "account_selection_required":
			return verdict{outcome: Passed}
		case "server_error", "temporarily_unavailable":
			return verdict{Skipped, Problem{}, "the provider is temporarily unavailable"}
		}
		return verdict{Failed, ExplainPage(withoutCode(to), b.p, b.redirect), ""}
	}
	segments := strings.Split(strings.ToLower(to.Path), "/")
	if !q.Has("error") && !slices.Contains(segments, "error") && !slices.Contains(segments, "errors") {
		return verdict{outcome: Passed}
	}
	problem := ExplainPage(withoutCode(to), b.p, b.redirect)
	if problem.Code == unknownPage {
		problem.Title, problem.Detail = "The provider shows an error page", ""
		problem.Next = "Start a sign-in and check that page; claviger explain says what it means."
	}
	return verdict{Failed, problem, ""}
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

// judgePage tells a sign-in page from an error.
func (b *prober) judgePage(status int, body string) verdict {
	words := plainText(body)
	problem := ExplainPage(words, b.p, b.redirect)
	// Sign-in pages have much text, and fields that hold addresses; only a page
	// without any is a mere message.
	form := regexp.MustCompile(`(?i)<(form|input|script)\b`).MatchString(body)
	switch {
	case status < 300 && (form || problem.Code == unknownPage):
		return verdict{outcome: Passed}
	case busy(status):
		return verdict{Skipped, Problem{}, "the provider is temporarily unavailable"}
	case problem.Code != unknownPage:
		return verdict{Failed, problem, ""}
	case status == http.StatusNotFound:
		return verdict{Failed, Problem{
			Title: "There is no page at the sign-in address",
			Next:  "Check the client ID and the authorization endpoint.",
		}, ""}
	case status == http.StatusBadRequest:
		problem.Title = "The provider rejected the request"
		if said := trace.NewScrubber(b.p.Client.Secret.Reveal()).Text(words, 160); said != "" {
			problem.Detail = "Its page says: “" + said + "”. " + problem.Detail
		}
		return verdict{Failed, problem, ""}
	}
	return verdict{Skipped, Problem{}, "the sign-in page does not let programs in"}
}

// plainText is the text of a page as a person would read it, roughly.
func plainText(page string) string {
	page = regexp.MustCompile(`(?is)<(script|style)\b.*?</(script|style)>|<!--.*?-->`).ReplaceAllString(page, " ")
	page = regexp.MustCompile(`(?s)<[^>]*>`).ReplaceAllString(page, " ")
	return strings.Join(strings.Fields(html.UnescapeString(page)), " ")
}

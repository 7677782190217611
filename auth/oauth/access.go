package oauth

import (
	"context"
	"io"
	"net/http"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/ask"
)

// maxRest is how much of an answer that nobody reads is taken, so that the connection
// can be used again.
const maxRest = 64 << 10

// TestAccess asks the provider's userinfo, or if there is none the first source of the
// profile, with the access token, and returns the status of the answer; 0 if there is
// nothing to ask.
func (c *Client) TestAccess(ctx context.Context, t Tokens, fill Fill) (int, error) {
	p := c.Provider
	address, headers := c.Metadata.UserinfoEndpoint, map[string]string(nil)
	for _, source := range p.Profile.Sources {
		if address == "" && source.URL != "" {
			address, headers = fill(source.URL), source.Headers
		}
	}
	if address == "" {
		return 0, nil
	}
	req, err := http.NewRequestWithContext(c.Reaching(ctx), http.MethodGet, address, nil)
	if err != nil {
		return 0, &AnswerError{Step: trace.StepProfile, Reason: "the endpoint's address cannot be used"}
	}
	if !ask.Encrypted(req.URL) {
		return 0, ErrPlainHTTP
	}
	req.Header.Set("Accept", "application/json")
	for name, value := range headers {
		req.Header.Set(name, fill(value))
	}
	client, err := c.net.Strict(p)
	if err != nil {
		return 0, err
	}
	client.Transport = c.Presenting(client.Transport, t)
	resp, err := client.Do(req)
	if err != nil {
		return 0, RequestError(trace.StepProfile, err)
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.CopyN(io.Discard, resp.Body, maxRest)
	if Busy(resp.StatusCode) {
		err := &AnswerError{Step: trace.StepProfile, Status: resp.StatusCode, Reason: StatusReason(resp.StatusCode, "")}
		return 0, limited(err, resp.StatusCode, c.net.now(), resp.Header)
	}
	return resp.StatusCode, nil
}

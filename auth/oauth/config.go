package oauth

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"

	"github.com/claviger/claviger/auth/trace"
)

// config makes x/oauth2 write the requests of this client. It never gets the secret:
// it has no way to prove a client at the device authorization endpoint, and one of two
// to write a Basic header, so that [Client.authenticate] does it for all requests. The
// style is set, so that it is not found out by trying.
func (c *Client) config() *oauth2.Config {
	config := &oauth2.Config{ClientID: c.Provider.Client.ID}
	config.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	if c.Metadata != nil {
		config.Endpoint.TokenURL = c.Metadata.TokenEndpoint
		config.Endpoint.DeviceAuthURL = c.Metadata.DeviceAuthorizationEndpoint
	}
	return config
}

// call is one request that x/oauth2 makes.
type call struct {
	endpoint string
	step     trace.Step
	key      *ProofKey // that the request proves; nil for none
	// add completes the form with what x/oauth2 cannot write, such as a parameter that
	// comes twice.
	add func(form url.Values)
	// read judges the answer, and says what of it x/oauth2 has to know.
	read func(*reply) (map[string]any, error)
	// request has x/oauth2 make it.
	request func(ctx context.Context, config *oauth2.Config) error
}

// speak has x/oauth2 make a request, over a transport that sends it within bounds, and
// that gives it an answer only if there is one to be believed: so that no error has the
// answer in it. The reply is never nil.
func (c *Client) speak(ctx context.Context, l call) (*reply, error) {
	var rep *reply
	var err error
	via := roundTripper(func(req *http.Request) (*http.Response, error) {
		var form url.Values
		if form, err = formOf(req); err != nil {
			return nil, err
		}
		form.Del("client_id") // authenticate says whether and where it goes
		l.add(form)
		// DeviceAuth makes its request without the context.
		if rep, err = c.postProved(ctx, l.key, l.endpoint, form, l.step); err != nil {
			return nil, err
		}
		known, unusable := l.read(rep)
		if err = unusable; err != nil {
			return nil, err
		}
		return answerTo(req, known)
	})
	made := l.request(context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Transport: via}), c.config())
	switch {
	case rep != nil && (err != nil || made == nil):
		return rep, err // x/oauth2's has the address in it
	case rep != nil:
		return rep, &AnswerError{Step: l.step, Status: rep.status, Reason: "not an OAuth response"}
	case ctx.Err() != nil:
		return &reply{}, RequestError(l.step, ctx.Err())
	}
	return &reply{}, &AnswerError{Step: l.step, Reason: "the endpoint's address cannot be used"}
}

// roundTripper is an [http.RoundTripper] that is a function.
type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip implements [http.RoundTripper].
func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// formOf reads the form of a request.
func formOf(req *http.Request) (url.Values, error) {
	body, err := io.ReadAll(req.Body)
	_ = req.Body.Close()
	if err != nil {
		return nil, err
	}
	return url.ParseQuery(string(body))
}

// answerTo is a good answer with these fields.
func answerTo(req *http.Request, fields map[string]any) (*http.Response, error) {
	body, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Request: req,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body)),
	}, nil
}

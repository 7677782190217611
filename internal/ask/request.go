package ask

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
)

// JSONRequest is a request with a body in JSON.
func JSONRequest(ctx context.Context, method, address string, body any) (*http.Request, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	return req, nil
}

// Repeatable reports whether a request can be sent twice.
func Repeatable(req *http.Request) bool {
	return req.Body == nil || req.Body == http.NoBody || req.GetBody != nil
}

// FreshBody gives a copied request a body of its own.
func FreshBody(req *http.Request) bool {
	if req.GetBody == nil {
		return true // it has none
	}
	body, err := req.GetBody()
	req.Body = body
	return err == nil
}

// Discard reads the short rest of an answer, so that the connection can be
// used again.
func Discard(resp *http.Response) {
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10)
	_ = resp.Body.Close()
}

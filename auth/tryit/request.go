package tryit

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"
)

// Request is what a person wants to send. The token is not in it.
type Request struct {
	Method string `json:"method"`
	URL    string `json:"url"`
	// Headers are the person's own, besides those that carry the token.
	Headers []Header `json:"headers,omitempty"`
	Body    string   `json:"body,omitempty"`
}

// Header is a line of a request or an answer.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	// Secret reports that the value was not kept.
	Secret bool `json:"secret,omitempty"`
}

// Bounds of a request, in bytes and lines.
const (
	maxURL     = 8 << 10
	maxHeaders = 100
	maxValue   = 16 << 10
	maxBody    = 1 << 20
)

// Methods are those that a person can choose from.
func Methods() []string {
	return []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodHead}
}

// HasBody reports whether a request with a method has a body (RFC 9110 §9.3).
func HasBody(method string) bool { return method != http.MethodGet && method != http.MethodHead }

// MistakeCode says what is wrong with a request.
type MistakeCode string

// The mistakes.
const (
	// BadMethod is no method, or one that would return the token: TRACE has the server
	// repeat the request, and CONNECT hands the connection over (RFC 9110 §9.3.6, §9.3.8).
	BadMethod MistakeCode = "method"
	// NoURL and BadURL are about the address.
	NoURL  MistakeCode = "no-url"
	BadURL MistakeCode = "url"
	// URLUser is an address with a name and password, which would go out in place of the token.
	URLUser MistakeCode = "url-user"
	// PlainHTTP is an address without encryption.
	PlainHTTP MistakeCode = "plain-http"
	// BadHeader is a line that is no header, OwnHeader one that only this program sends.
	BadHeader MistakeCode = "header"
	OwnHeader MistakeCode = "own-header"
	// BadJSON is a body that is no JSON, LargeBody one that is too large.
	BadJSON   MistakeCode = "json"
	LargeBody MistakeCode = "large-body"
)

// Mistake is a request that was not sent, because of what the person wrote.
type Mistake struct {
	Code MistakeCode
	// Name is that of a header.
	Name string
	// Line and Column are where it is, from 1; 0 if that does not matter.
	Line, Column int
}

// Error implements error.
func (m *Mistake) Error() string { return "the request cannot be sent: " + string(m.Code) }

// ParseHeaders reads headers, one "Name: value" a line; empty lines do not matter. The
// error is a [*Mistake].
func ParseHeaders(text string) ([]Header, error) {
	var out []Header
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		h := Header{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)}
		if !ok || len(out) == maxHeaders {
			return nil, &Mistake{Code: BadHeader, Line: i + 1}
		}
		if m := h.check(); m != nil {
			m.Line = i + 1
			return nil, m
		}
		out = append(out, h)
	}
	return out, nil
}

// FormatHeaders is the text that [ParseHeaders] reads.
func FormatHeaders(list []Header) string {
	var b strings.Builder
	for _, h := range list {
		b.WriteString(h.Name + ": " + h.Value + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// ownHeaders are those that only this program and its connection send: the token and
// its proof, whom the request is for, who is asked by cookie, and what belongs to one
// connection (RFC 9110 §7.6.1).
var ownHeaders = []string{
	"authorization", "proxy-authorization", "dpop", "host", "cookie", "content-length", "transfer-encoding", "connection",
	"keep-alive", "proxy-connection", "proxy-authenticate", "te", "trailer", "upgrade", "expect", "http2-settings",
}

func (h Header) check() *Mistake {
	switch {
	case !httpguts.ValidHeaderFieldName(h.Name), !httpguts.ValidHeaderFieldValue(h.Value), len(h.Value) > maxValue:
		return &Mistake{Code: BadHeader}
	case slices.Contains(ownHeaders, strings.ToLower(h.Name)):
		return &Mistake{Code: OwnHeader, Name: h.Name}
	}
	return nil
}

// secretWords are in the names of headers and parameters whose values are not kept,
// secretNames are such names.
var (
	secretWords = []string{
		"auth", "token", "secret", "key", "passw", "passphrase", "pwd", "cookie", "session", "credential", "signature", "assertion", "bearer", "jwt",
	}
	secretNames = []string{"code", "sig", "otp", "pin", "pass"}
)

// SecretHeader reports whether the value of a header or a parameter is likely a secret,
// by its name.
func SecretHeader(name string) bool {
	name = strings.ToLower(name)
	return slices.Contains(secretNames, name) || slices.ContainsFunc(secretWords, func(w string) bool { return strings.Contains(name, w) })
}

// Check reports what is wrong with a request, as a [*Mistake]. The address is checked
// again when it is known whose token is sent.
func (r Request) Check() error {
	if m := r.check(); m != nil {
		return m
	}
	return nil
}

func (r Request) check() *Mistake {
	if !slices.Contains(Methods(), r.Method) {
		return &Mistake{Code: BadMethod}
	}
	if _, m := target(r.URL); m != nil {
		return m
	}
	if len(r.Headers) > maxHeaders {
		return &Mistake{Code: BadHeader}
	}
	for _, h := range r.Headers {
		if m := h.check(); m != nil {
			return m
		}
	}
	if len(r.Body) > maxBody {
		return &Mistake{Code: LargeBody}
	}
	if r.sendsJSON() {
		return checkJSON(r.Body)
	}
	return nil
}

// contentType is what the person says that the body is.
func (r Request) contentType() string {
	for _, h := range r.Headers {
		if strings.EqualFold(h.Name, "Content-Type") {
			return h.Value
		}
	}
	return ""
}

// sendsJSON reports whether the body is meant to be JSON: it is called that, or is
// called nothing and begins like it.
func (r Request) sendsJSON() bool {
	if !HasBody(r.Method) || strings.TrimSpace(r.Body) == "" {
		return false
	}
	if kind := r.contentType(); kind != "" {
		return isJSON(kind)
	}
	return strings.ContainsAny(strings.TrimSpace(r.Body)[:1], "{[")
}

// isJSON reports whether a media type is JSON (RFC 8259 §11, RFC 6839 §3.1).
func isJSON(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && (kind == "application/json" || kind == "text/json" || strings.HasSuffix(kind, "+json"))
}

// checkJSON says where a text stops being one JSON value.
func checkJSON(text string) *Mistake {
	d := json.NewDecoder(strings.NewReader(text))
	var v json.RawMessage
	err := d.Decode(&v)
	if err == nil {
		switch _, err = d.Token(); {
		case errors.Is(err, io.EOF):
			return nil
		case err == nil: // its first letter was read
			return mistakeAt(text, d.InputOffset())
		}
		return mistakeAt(text, d.InputOffset()+1)
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return mistakeAt(text, syntax.Offset)
	}
	return mistakeAt(text, int64(len(text))+1)
}

// mistakeAt is a mistake in a text that was read so far, in bytes.
func mistakeAt(text string, offset int64) *Mistake {
	before := text[:max(0, min(int(offset)-1, len(text)))]
	line := strings.Count(before, "\n")
	last := before[strings.LastIndexByte(before, '\n')+1:]
	return &Mistake{Code: BadJSON, Line: line + 1, Column: utf8.RuneCountInString(last) + 1}
}

// headers are those to send.
func (r Request) headers() http.Header {
	out := http.Header{}
	for _, h := range r.Headers {
		out.Add(h.Name, h.Value)
	}
	if r.sendsJSON() && r.contentType() == "" {
		out.Set("Content-Type", "application/json")
	}
	return out
}

// body is what is sent below the headers, nil for nothing.
func (r Request) body() io.Reader {
	if !HasBody(r.Method) || r.Body == "" {
		return nil
	}
	return bytes.NewReader([]byte(r.Body))
}

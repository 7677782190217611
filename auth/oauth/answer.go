package oauth

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/providers"
)

// maxLifetime bounds a token's lifetime, against numbers that overflow.
const maxLifetime = 10 * 365 * 24 * time.Hour

// ParseAnswer reads a body as JSON object or, as older servers send, as a
// form. It returns a reason, in plain words, where it is neither.
func ParseAnswer(contentType string, body []byte) (fields map[string]any, reason phrase.Text) {
	body = foreign.Text(body)
	switch {
	case len(body) == 0:
		return nil, "the response is empty"
	case body[0] == '{':
		return parseJSON(body)
	case body[0] == '<':
		return nil, "HTML instead of JSON"
	case isForm(contentType) || bytes.Contains(body, []byte("access_token=")) || bytes.HasPrefix(body, []byte("error=")):
		return parseForm(body)
	}
	return nil, "neither JSON nor a form"
}

func parseJSON(body []byte) (map[string]any, phrase.Text) {
	fields, err := foreign.Object(body)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, "the response was cut off"
	case errors.Is(err, foreign.ErrMore):
		return nil, "extra data after the JSON"
	case err != nil:
		return nil, "the response is not valid JSON"
	}
	return fields, ""
}

func parseForm(body []byte) (map[string]any, phrase.Text) {
	form, err := url.ParseQuery(string(body))
	if err != nil || !form.Has("access_token") && !form.Has("error") && !form.Has("device_code") {
		return nil, "neither JSON nor a form"
	}
	fields := make(map[string]any, len(form))
	for k, v := range form {
		fields[k] = v[0]
	}
	return fields, ""
}

// lifetime is the first of some fields that is a number of seconds: a number
// or, against RFC 6749 §5.1, a string or fraction. Zero is "not given", which
// is also what servers mean that send zero.
func lifetime(fields ...any) time.Duration {
	for _, f := range fields {
		var s string
		switch v := f.(type) {
		case json.Number:
			s = v.String()
		case string:
			s = strings.TrimSpace(v)
		default:
			continue
		}
		seconds, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsNaN(seconds) || seconds <= 0 {
			continue
		}
		if seconds >= maxLifetime.Seconds() {
			return maxLifetime
		}
		return time.Duration(seconds * float64(time.Second)).Truncate(time.Second)
	}
	return 0
}

// scopeList reads scopes: separated by blanks (RFC 6749 §3.3), by commas, as
// GitHub does, or an array, as Twitch does. given is false if the answer
// has none and the requested ones were granted (§5.1).
func scopeList(v any) (scopes []string, given bool) {
	switch v := v.(type) {
	case string:
		scopes = strings.Fields(v)
		if len(scopes) == 1 || strings.Contains(v, ", ") {
			scopes = strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
		}
		return Scopes(scopes), true
	case []any:
		for _, s := range v {
			if s := foreign.String(s); s != "" {
				scopes = append(scopes, s)
			}
		}
		return Scopes(scopes), true
	}
	return nil, false
}

// Scopes drops repetitions and blanks from a scope list, and keeps the order.
func Scopes(in []string) []string {
	var out []string
	for _, s := range in {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// AnswerSecrets are the secrets of an answer, for scrubbing its other fields:
// the known ones first, since an endless answer gets only so much attention.
func AnswerSecrets(fields map[string]any) []string {
	var out []string
	add := func(k string) {
		if s := foreign.String(fields[k]); len(s) >= 6 && !trace.PlainParameter(k) {
			out = append(out, s)
		}
	}
	for _, k := range []string{"access_token", "refresh_token", "id_token", "device_code"} {
		add(k)
	}
	for k := range fields {
		if len(out) >= 64 {
			break
		}
		add(k)
	}
	return out
}

// redactedFields prepares an answer for an [trace.Exchange].
func redactedFields(fields map[string]any, scrub trace.Scrubber) map[string]string {
	v := make(url.Values, len(fields))
	for k, f := range fields {
		switch f := f.(type) {
		case string:
			v.Set(k, f)
		case json.Number:
			v.Set(k, f.String())
		case nil:
			v.Set(k, "")
		default:
			scopes, ok := scopeList(f)
			if !ok || !trace.PlainParameter(k) {
				scopes = []string{providers.Redacted}
			}
			v[k] = scopes
		}
	}
	return trace.Redact(v, scrub)
}

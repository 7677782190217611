package auth

import (
	"encoding/json"
	"math"
	"strings"
	"time"
)

// audiences reads aud, a string or an array of them (RFC 7519 §4.1.3).
func audiences(v any) ([]string, bool) {
	switch v := v.(type) {
	case string:
		return []string{v}, v != ""
	case []any:
		var out []string
		for _, e := range v {
			s, ok := e.(string)
			if !ok {
				return nil, false
			}
			out = append(out, s)
		}
		return out, true
	}
	return nil, false
}

// lastSecond is the end of the year 9999: later times have no RFC 3339 form.
const lastSecond = 253402300799

// ClaimTime reads a claim that is a NumericDate (RFC 7519 §2), such as exp or
// iat. Zero, which some providers send where there is no time, is none.
func ClaimTime(v any) (time.Time, bool) {
	t, ok := numericDate(v)
	if !ok || t.Unix() <= 0 {
		return time.Time{}, false
	}
	return t, true
}

// numericDate reads a NumericDate, which may have a fraction.
func numericDate(v any) (time.Time, bool) {
	var f float64
	switch n := v.(type) {
	case float64:
		f = n
	case int:
		f = float64(n)
	case int64:
		f = float64(n)
	case json.Number:
		var err error
		if f, err = n.Float64(); err != nil {
			return time.Time{}, false
		}
	default:
		return time.Time{}, false
	}
	if math.IsNaN(f) || math.Abs(f) > lastSecond {
		return time.Time{}, false
	}
	return time.Unix(int64(f), 0), true
}

// fillClaims replaces {claim} in pattern by string claims of the token. A
// claim that could change the address's shape does not fit.
func fillClaims(pattern string, claims map[string]any) (string, bool) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(pattern, "{")
		b.WriteString(before)
		if !found {
			return b.String(), true
		}
		name, after, found := strings.Cut(rest, "}")
		value, ok := claims[name].(string)
		if !found || !ok || !isPlainName(value) {
			return "", false
		}
		b.WriteString(value)
		pattern = after
	}
}

// isPlainName reports whether s is a single path segment of harmless letters.
func isPlainName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_'
	})
}

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

// numericDate reads a NumericDate (RFC 7519 §2), which may have a fraction.
func numericDate(v any) (time.Time, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return time.Time{}, false
	}
	f, err := n.Float64()
	if err != nil || math.Abs(f) > 1e11 {
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

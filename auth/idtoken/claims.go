package idtoken

import (
	"encoding/json"
	"math"
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
// iat. Zero, which some providers send if there is no time, is none.
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

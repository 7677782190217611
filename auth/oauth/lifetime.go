package oauth

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/providers"
)

// endOf is when an access token ends by this machine's clock: the earlier of
// what the answer says (RFC 6749 §5.1) and what the token, if it is a JWT, says
// itself (RFC 9068 §2.2); if both say nothing, what usual says, if that is
// not zero. Zero is not known.
func endOf(access string, r *reply, usual time.Duration) time.Time {
	end, own := endIn(r, "expires_in", "expires"), ownEnd(access, r.skew)
	switch {
	case end.IsZero() && own.IsZero() && usual > 0:
		return r.start.Add(usual)
	case end.IsZero(), !own.IsZero() && own.Before(end):
		return own
	}
	return end
}

// endIn is the end that the first usable one of some fields of an answer says: a
// lifetime, which counts from when the request was made, or, against the
// standard, the time itself. A number that can be neither, such as nanoseconds,
// says nothing.
func endIn(r *reply, names ...string) time.Time {
	for _, name := range names {
		d := lifetime(r.fields[name])
		if d < maxLifetime {
			if d > 0 {
				return r.start.Add(d)
			}
			continue
		}
		if at := timeNotLifetime(r.fields[name], r.start); !at.IsZero() {
			return at.Add(r.skew)
		}
	}
	return time.Time{}
}

// timeNotLifetime reads a number that is too large for a lifetime as a time, in
// seconds or milliseconds, if that is near enough to be meant.
func timeNotLifetime(field any, now time.Time) time.Time {
	n := json.Number(strings.TrimSpace(foreign.String(field)))
	if v, ok := field.(json.Number); ok {
		n = v
	}
	value, err := n.Int64()
	if err != nil {
		return time.Time{}
	}
	for _, at := range []time.Time{time.Unix(value, 0), time.UnixMilli(value)} {
		if at.After(now.Add(-24*time.Hour)) && at.Before(now.Add(maxLifetime)) {
			return at
		}
	}
	return time.Time{}
}

// ownEnd is exp of a token that is a JWT, by this clock, which is skew ahead of
// the provider's. Nothing of it is trusted: a wrong one costs a refresh.
func ownEnd(access string, skew time.Duration) time.Time {
	t, err := idtoken.Parse(providers.NewSecret(access))
	if err != nil {
		return time.Time{}
	}
	exp, ok := idtoken.ClaimTime(t.Claims["exp"])
	if !ok {
		return time.Time{}
	}
	return exp.Add(skew)
}

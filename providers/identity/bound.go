package identity

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/plain"
)

// Bounds of what a provider says, in characters: names and ids of users and
// groups, an address of e-mail (RFC 5321 §4.5.3.1), the address of a picture,
// one text among the claims.
const (
	maxName    = 200
	maxID      = 300
	maxEmail   = 320
	maxPicture = 2000
	maxClaim   = 10_000
)

// maxClaims bounds all claims of a person together, in bytes.
const maxClaims = 256 << 10

// cleanText makes a foreign text one line that can be shown, of at most limit
// characters: see [plain.Line].
func cleanText(s string, limit int) string { return strings.TrimSpace(plain.Line(s, limit)) }

// cleanID is an id that can be shown. If that changed it, it ends with a mark of
// its own, so that it never becomes the id of another group.
func cleanID(s string) (id string, changed bool) {
	id = cleanText(s, maxID)
	if id == s {
		return id, false
	}
	sum := sha256.Sum256([]byte(s))
	return id + "~" + hex.EncodeToString(sum[:4]), true
}

// plain makes what was said about a user safe to show and to keep, and reports
// whether that changed it. A changed address is not the one that the provider vouched
// for, and half an address leads to no picture.
func (u *User) plain() (changed bool) {
	u.ID, changed = cleanID(u.ID)
	for _, f := range []struct {
		text  *string
		limit int
	}{{&u.Login, maxName}, {&u.Name, maxName}, {&u.Email, maxEmail}, {&u.Picture, maxPicture}} {
		was := strings.TrimSpace(*f.text)
		*f.text = cleanText(was, f.limit)
		if *f.text == was {
			continue
		}
		changed = true
		switch f.text {
		case &u.Email:
			u.EmailVerified = false
		case &u.Picture:
			u.Picture = ""
		}
	}
	return changed
}

// Bound makes a user that someone else stored as safe to show and to keep as one
// from a provider's answer. One that is already safe stays as it is.
func (u *User) Bound() {
	id := u.ID
	u.plain()
	if isCleanID(id) {
		u.ID = id
	}
	u.boundClaims()
}

// Bound is [User.Bound] of a group.
func (g *Group) Bound() {
	if !isCleanID(g.ID) {
		g.ID, _ = cleanID(g.ID)
	}
	g.Name, g.Kind = cleanText(g.Name, maxName), cleanText(g.Kind, maxName)
	for i := range g.Sources {
		g.Sources[i].From, g.Sources[i].Name = cleanText(g.Sources[i].From, maxName), cleanText(g.Sources[i].Name, maxName)
	}
}

// isCleanID reports what [cleanID] may have returned, its mark included.
func isCleanID(id string) bool {
	const mark = len("…~") + 8
	return id == cleanText(id, maxID+mark)
}

// boundClaims bounds the texts among the claims and all of them together, and
// reports whether it left out the largest.
func (u *User) boundClaims() (less bool) {
	claims, ok := bounded(u.Claims).(map[string]any)
	if !ok {
		return false
	}
	cost := make(map[string]int, len(claims))
	for name, v := range claims {
		cost[name] = len(name) + costOf(v)
	}
	names := slices.SortedFunc(maps.Keys(claims), func(a, b string) int {
		return cmp.Or(cmp.Compare(cost[a], cost[b]), strings.Compare(a, b))
	})
	room := maxClaims
	for _, name := range names {
		if room -= cost[name]; room < 0 {
			delete(claims, name)
			less = true
		}
	}
	u.Claims = claims
	return less
}

// costOf is about how many bytes a JSON value is in a record.
func costOf(v any) int {
	const least = 8 // of quotes, commas, a number
	n := least
	switch v := v.(type) {
	case string:
		n += len(v)
	case json.Number:
		n += len(v)
	case []any:
		for _, e := range v {
			n += costOf(e)
		}
	case map[string]any:
		for k, e := range v {
			n += len(k) + costOf(e)
		}
	}
	return n
}

// bounded is a JSON value with no text longer than a claim may be. Nothing else
// is changed: claims are what the provider said, and whoever shows them cleans them.
func bounded(v any) any {
	switch v := v.(type) {
	case string:
		return bound(v)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = bounded(e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[bound(k)] = bounded(e)
		}
		return out
	}
	return v
}

// bound cuts a text that is longer than a claim may be.
func bound(s string) string {
	if len(s) <= maxClaim {
		return s
	}
	n := 0
	for at := range s {
		if n == maxClaim {
			return s[:at] + "…"
		}
		n++
	}
	return s
}

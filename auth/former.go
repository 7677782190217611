package auth

import (
	"encoding/json"

	"github.com/claviger/claviger/auth/idtoken"
)

// former are the claims of an account's tokens before those that it has, for who wants
// to see what a refresh changed. The tokens themselves are not kept.
type former struct {
	Access map[string]any `json:"access,omitempty"`
	ID     map[string]any `json:"id,omitempty"`
}

// maxFormer bounds the claims of one token as JSON, in bytes. Larger ones are not kept.
const maxFormer = 64 << 10

// before returns what is former when next takes the place of r. A token that stays does
// not become its own predecessor.
func (r *record) before(next *record) former {
	f := r.Former
	if r.Tokens.ID != next.Tokens.ID && r.IDClaims != nil {
		f.ID = ifSmall(r.IDClaims)
	}
	if r.Tokens.Access != next.Tokens.Access {
		f.Access = nil // what an opaque one said is not known
		if t, err := idtoken.Parse(r.Tokens.Access); err == nil {
			f.Access = ifSmall(t.Claims)
		}
	}
	return f
}

func ifSmall(claims map[string]any) map[string]any {
	if data, err := json.Marshal(claims); err != nil || len(data) > maxFormer {
		return nil
	}
	return claims
}

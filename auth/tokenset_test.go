package auth

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/oauth"
)

// What the token endpoint would not get past is left out of a stored record, and
// the rest of the account stays.
func TestStoredTokensAreForeign(t *testing.T) {
	good := oauth.StoredTokens{Access: "a", Refresh: "r", ID: "e30.e30.e30", Type: "Bearer", Key: "k"}
	for name, tt := range map[string]struct {
		change func(*oauth.StoredTokens)
		kept   string // access, refresh, ID, type
	}{
		"good":                 {func(*oauth.StoredTokens) {}, "a r e30.e30.e30 Bearer"},
		"lower case":           {func(s *oauth.StoredTokens) { s.Type = "bearer" }, "a r e30.e30.e30 Bearer"},
		"no type":              {func(s *oauth.StoredTokens) { s.Type = "" }, "a r e30.e30.e30 Bearer"},
		"bound":                {func(s *oauth.StoredTokens) { s.Type = "dpop" }, "a r e30.e30.e30 DPoP"},
		"bound to nothing":     {func(s *oauth.StoredTokens) { s.Type, s.Key = "DPoP", "" }, " r e30.e30.e30 "},
		"unknown type":         {func(s *oauth.StoredTokens) { s.Type = "Basic" }, " r e30.e30.e30 "},
		"lines in the type":    {func(s *oauth.StoredTokens) { s.Type = "Bearer\r\nX: y" }, " r e30.e30.e30 "},
		"lines in the access":  {func(s *oauth.StoredTokens) { s.Access = "a\r\nX: y" }, " r e30.e30.e30 Bearer"},
		"blank in the access":  {func(s *oauth.StoredTokens) { s.Access = "a b" }, " r e30.e30.e30 Bearer"},
		"unseen in it":         {func(s *oauth.StoredTokens) { s.Access = "a\u2028b" }, " r e30.e30.e30 Bearer"},
		"lines in the refresh": {func(s *oauth.StoredTokens) { s.Refresh = "r\n" }, "a  e30.e30.e30 Bearer"},
		"lines in the ID":      {func(s *oauth.StoredTokens) { s.ID = "e30.e3\r\n0.e30" }, "a r  Bearer"},
	} {
		stored := good
		tt.change(&stored)
		data, err := json.Marshal(storedRecord{Version: 1, ID: "abcdefghijkl", Provider: "p", Subject: "s", Tokens: stored})
		if err != nil {
			t.Fatal(err)
		}
		rec, err := decodeRecord("abcdefghijkl", data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := rec.Tokens
		if kept := strings.Join([]string{got.Access.Reveal(), got.Refresh.Reveal(), got.ID.Reveal(), got.Type}, " "); kept != tt.kept {
			t.Errorf("%s: kept %q, want %q", name, kept, tt.kept)
		}
	}
}

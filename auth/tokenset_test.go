package auth

import (
	"encoding/json"
	"strings"
	"testing"
)

// What the token endpoint would not get past is left out of a stored record, and
// the rest of the account stays.
func TestStoredTokensAreForeign(t *testing.T) {
	good := storedTokens{Access: "a", Refresh: "r", ID: "e30.e30.e30", Type: "Bearer", Key: "k"}
	for name, tt := range map[string]struct {
		change func(*storedTokens)
		kept   string // access, refresh, ID, type
	}{
		"good":                 {func(*storedTokens) {}, "a r e30.e30.e30 Bearer"},
		"lower case":           {func(s *storedTokens) { s.Type = "bearer" }, "a r e30.e30.e30 Bearer"},
		"no type":              {func(s *storedTokens) { s.Type = "" }, "a r e30.e30.e30 Bearer"},
		"bound":                {func(s *storedTokens) { s.Type = "dpop" }, "a r e30.e30.e30 DPoP"},
		"bound to nothing":     {func(s *storedTokens) { s.Type, s.Key = "DPoP", "" }, " r e30.e30.e30 "},
		"unknown type":         {func(s *storedTokens) { s.Type = "Basic" }, " r e30.e30.e30 "},
		"lines in the type":    {func(s *storedTokens) { s.Type = "Bearer\r\nX: y" }, " r e30.e30.e30 "},
		"lines in the access":  {func(s *storedTokens) { s.Access = "a\r\nX: y" }, " r e30.e30.e30 Bearer"},
		"blank in the access":  {func(s *storedTokens) { s.Access = "a b" }, " r e30.e30.e30 Bearer"},
		"unseen in it":         {func(s *storedTokens) { s.Access = "a\u2028b" }, " r e30.e30.e30 Bearer"},
		"lines in the refresh": {func(s *storedTokens) { s.Refresh = "r\n" }, "a  e30.e30.e30 Bearer"},
		"lines in the ID":      {func(s *storedTokens) { s.ID = "e30.e3\r\n0.e30" }, "a r  Bearer"},
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

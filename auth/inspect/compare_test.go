package inspect

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompare(t *testing.T) {
	old := readText(jwt(`{"alg":"RS256"}`, `{"iss":"a","sub":"1","iat":1000,"exp":4600,"email":"old@example.org","scope":"openid files.read","groups":["a"]}`))
	next := readText(jwt(`{"alg":"RS256"}`, `{"iss":"a","sub":"1","iat":2000,"exp":3800,"email":"new@example.org","scope":"openid files.write","acr":"2"}`))
	got, err := Compare(old, next)
	if err != nil {
		t.Fatal(err)
	}
	want := &Comparison{
		Gained: []Difference{{Claim: "acr", After: "2"}},
		Lost:   []Difference{{Claim: "groups", Before: []any{"a"}}},
		Changed: []Difference{
			{"email", "old@example.org", "new@example.org"},
			{"exp", json.Number("4600"), json.Number("3800")},
			{"iat", json.Number("1000"), json.Number("2000")},
			{"scope", "openid files.read", "openid files.write"},
		},
		Same: 2, ScopesGained: []string{"files.write"}, ScopesLost: []string{"files.read"}, Before: 3600, After: 1800,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if _, err := Compare(old, readText("opaque")); !errors.Is(err, ErrNoClaims) {
		t.Errorf("with an opaque token: %v", err)
	}
}

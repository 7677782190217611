package auth

import (
	"encoding/json"
	"testing"
)

// FuzzKeys reads key sets of any content. What is kept can be read again, and
// nothing that must not verify an ID token is offered for it.
func FuzzKeys(f *testing.F) {
	document, err := json.Marshal(keySetOf("k1", &testKey().PublicKey))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(document, "k1", "RS256")
	f.Add([]byte(`{"keys":[{"kty":"oct","k":"AAAA"}]}`), "", "HS256")
	f.Fuzz(func(t *testing.T, data []byte, kid, alg string) {
		s, err := readKeys(data)
		if (s == nil) == (err == nil) {
			t.Fatalf("%v %v", s, err)
		}
		if err != nil {
			return
		}
		again, err := readKeys(s.document)
		if err != nil {
			t.Fatalf("what was kept cannot be read: %v", err)
		}
		for _, k := range again.keys {
			if k.unused || k.weak > 0 || k.Type == "oct" {
				t.Errorf("kept %+v", k)
			}
		}
		if s.usable(kid, alg) == nil {
			if again.usable(kid, alg) != nil {
				t.Error("a key is usable and was not kept")
			}
			if kid != "" && !s.has(kid) {
				t.Error("a key is usable that is not there")
			}
		}
	})
}

package auth

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/claviger/claviger/internal/foreign"
)

// readKeys reads a key set and leaves out what must not verify an ID token:
// symmetric keys, keys for encryption, short RSA keys. Members that cannot be
// read are left out too (RFC 7517 §5), since the library that verifies refuses a
// set with one.
func readKeys(body []byte) (*keySet, error) {
	var raw struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if _, err := foreign.Members(body, &raw); err != nil || raw.Keys == nil {
		return nil, errors.New("no member keys")
	}
	s := &keySet{}
	kept := []json.RawMessage{}
	for _, k := range raw.Keys {
		var info keyInfo
		k, odd := plainKey(k, &info)
		switch info.Type {
		case "RSA", "EC", "OKP":
		case "":
			s.odd++
			continue
		default:
			continue
		}
		if odd {
			s.odd++
		}
		info.weak, info.broken = measure(k)
		if info.broken && !odd {
			s.odd++
		}
		info.unused = info.broken || info.weak > 0 || info.Use != "" && info.Use != "sig"
		s.keys = append(s.keys, info)
		if !info.unused {
			kept = append(kept, k)
		}
	}
	var err error
	s.document, err = json.Marshal(map[string]any{"keys": kept})
	return s, err
}

// plainKey reads a key down to what makes it one (RFC 7517 §4, RFC 7518 §6, RFC
// 8037 §2): certificates and other members beside it do not matter here, and
// some servers send odd ones. odd reports that a member cannot be used. One that
// says what the key is for restricts it, and is not passed over.
func plainKey(raw json.RawMessage, info *keyInfo) (plain json.RawMessage, odd bool) {
	dropped, err := foreign.Members(raw, info)
	if err != nil {
		return nil, true
	}
	if slices.Contains(dropped, "use") {
		info.Use = "unknown"
	}
	var all map[string]json.RawMessage
	if json.Unmarshal(foreign.Text(raw), &all) != nil {
		return nil, true
	}
	kept := map[string]json.RawMessage{}
	for _, name := range []string{"kty", "kid", "use", "alg", "crv", "x", "y", "n", "e", "d"} {
		if value, ok := all[name]; ok && !slices.Contains(dropped, name) {
			kept[name] = value
		}
	}
	plain, err = json.Marshal(kept)
	return plain, err != nil || len(dropped) > 0
}

// measure reads the value of a key: whether it is a public one that can be used
// at all, and the size in bits of an RSA key that is too short.
func measure(raw json.RawMessage) (weak int, broken bool) {
	var jwk jose.JSONWebKey
	if jwk.UnmarshalJSON(raw) != nil || !jwk.Valid() {
		return 0, true
	}
	switch k := jwk.Key.(type) {
	case *rsa.PublicKey:
		if bits := k.N.BitLen(); bits < minRSA {
			return bits, false
		}
	case *ecdsa.PublicKey, ed25519.PublicKey:
	default: // a private key that everybody can read proves nothing
		return 0, true
	}
	return 0, false
}

func (s *keySet) has(kid string) bool {
	for _, k := range s.keys {
		if k.ID == kid {
			return true
		}
	}
	return false
}

// usable says why no key of s can have signed a token with such a header.
func (s *keySet) usable(kid, alg string) error {
	var why error
	for _, k := range s.keys {
		switch {
		case kid != "" && k.ID != kid:
		case k.broken:
			why = errors.New("the key cannot be read")
		case k.weak > 0:
			why = fmt.Errorf("the RSA key has %d bits, too few", k.weak)
		case k.unused:
			why = errors.New("the key is not for signatures")
		case k.Type != keyType(alg):
			why = fmt.Errorf("the key is not for %s", alg)
		case k.Alg != "" && k.Alg != alg:
			// One key, one algorithm (RFC 8725 §3.1).
			why = fmt.Errorf("the key is not for the algorithm %s", alg)
		default:
			return nil
		}
	}
	if why == nil {
		why = errors.New("the provider has no such key")
	}
	return why
}

// keyType is the kty that an algorithm needs (RFC 7518 §3.1, RFC 8037 §3.1).
func keyType(alg string) string {
	switch {
	case strings.HasPrefix(alg, "RS"), strings.HasPrefix(alg, "PS"):
		return "RSA"
	case strings.HasPrefix(alg, "ES"):
		return "EC"
	}
	return "OKP"
}

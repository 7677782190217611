package idtoken

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/phrase"
)

// minRSA is the least RSA key size in bits (RFC 8725 §3.2, RFC 7518 §3.3).
const minRSA = 2048

// KeySet is a key set as a provider publishes it (RFC 7517 §5).
type KeySet struct {
	keys    []keyInfo
	asked   time.Time
	fetched time.Time
	// extra is when it was last fetched for an unknown key id.
	extra time.Time
	// odd is how many keys cannot be read, or not in whole.
	odd int
}

// LeftOut says what of the set cannot be used; "" is nothing.
func (s *KeySet) LeftOut() string {
	if s.odd == 0 {
		return ""
	}
	return phrase.Count(s.odd, "1 key is not readable as published", "{count} keys are not readable as published")
}

// keyInfo is what a verification must know of a key beside its value.
type keyInfo struct {
	ID     string `json:"kid"`
	Type   string `json:"kty"`
	Use    string `json:"use"`
	Alg    string `json:"alg"`
	weak   int    // bits of an RSA key that is too short
	broken bool   // no public key can be read of it
	unused bool   // never verifies an ID token
	public crypto.PublicKey
}

// ReadKeys reads a key set and leaves out what must not verify an ID token:
// symmetric keys, keys for encryption, short RSA keys. Members that cannot be
// read are left out too (RFC 7517 §5), since the library that verifies refuses a
// set with one.
func ReadKeys(body []byte) (*KeySet, error) {
	var raw struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if _, err := foreign.Members(body, &raw); err != nil || raw.Keys == nil {
		return nil, errors.New("no member keys")
	}
	s := &KeySet{}
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
		info.public, info.weak, info.broken = measure(k)
		if info.broken && !odd {
			s.odd++
		}
		info.unused = info.broken || info.weak > 0 || info.Use != "" && info.Use != "sig"
		s.keys = append(s.keys, info)
	}
	return s, nil
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
func measure(raw json.RawMessage) (public crypto.PublicKey, weak int, broken bool) {
	var jwk jose.JSONWebKey
	if jwk.UnmarshalJSON(raw) != nil || !jwk.Valid() {
		return nil, 0, true
	}
	switch k := jwk.Key.(type) {
	case *rsa.PublicKey:
		if bits := k.N.BitLen(); bits < minRSA {
			return nil, bits, false
		}
	case *ecdsa.PublicKey, ed25519.PublicKey:
	default: // a private key that everybody can read proves nothing
		return nil, 0, true
	}
	return jwk.Key, 0, false
}

func (s *KeySet) has(kid string) bool {
	for _, k := range s.keys {
		if k.ID == kid {
			return true
		}
	}
	return false
}

// Len is how many keys there are, those that cannot be used among them.
func (s *KeySet) Len() int { return len(s.keys) }

// UsableFor are those of the announced algorithms with which a token that a key of s
// signed is accepted, all accepted ones if none are announced. The error says why one
// is missing; both are nil if none of the announced is ever accepted.
func (s *KeySet) UsableFor(announced []string) (usable []string, why error) {
	if len(announced) == 0 {
		announced = signingAlgs()
	}
	for _, alg := range accepted(announced) {
		if err := s.usable("", alg); err != nil {
			why = err
			continue
		}
		usable = append(usable, alg)
	}
	return usable, why
}

// usable says why no key of s can have signed a token with such a header.
func (s *KeySet) usable(kid, alg string) error {
	_, err := s.signers(kid, alg)
	return err
}

// signers are the keys that can have signed a token with such a header; the error says
// why there is none.
func (s *KeySet) signers(kid, alg string) (keys []crypto.PublicKey, why error) {
	for _, k := range s.keys {
		if kid != "" && k.ID != kid {
			continue
		}
		if err := k.fault(alg); err != nil {
			why = err
			continue
		}
		keys = append(keys, k.public)
	}
	switch {
	case len(keys) > 0:
		return keys, nil
	case why == nil:
		why = phrase.Error("the provider has no such key")
	}
	return nil, why
}

// fault says why a token of that algorithm cannot be from k.
func (k keyInfo) fault(alg string) error {
	switch {
	case k.broken:
		return phrase.Error("the key cannot be read")
	case k.weak > 0:
		return phrase.Error("the RSA key has {count} bits, too few", strconv.Itoa(k.weak))
	case k.unused:
		return phrase.Error("the key is not for signatures")
	case k.Type != keyType(alg):
		return phrase.Error("the key is not for {alg}", alg)
	case k.Alg != "" && k.Alg != alg:
		// One key, one algorithm (RFC 8725 §3.1).
		return phrase.Error("the key is not for the algorithm {alg}", alg)
	}
	return nil
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

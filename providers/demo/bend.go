package demo

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	jose "github.com/go-jose/go-jose/v4"
)

// bend changes a good answer into a wrong one.
func (a *app) bend(bad Misbehaviour, name string, rec *recorder) {
	if bad == (Misbehaviour{}) || (name != "token" && name != "userinfo") {
		return
	}
	doc, err := decodeObject(rec.body.Bytes())
	if err != nil {
		a.log.Error("demo provider could not misbehave", "endpoint", name, "error", err)
		return
	}
	if name == "userinfo" {
		if bad.WrongSubject {
			doc["sub"] = "somebody-else"
		}
	} else {
		bad.bendTokens(doc)
		if raw, ok := doc["id_token"].(string); ok {
			forged, err := a.forge(bad, raw)
			if err != nil {
				a.log.Error("demo provider could not misbehave", "endpoint", name, "error", err)
				return
			}
			doc["id_token"] = forged
			if forged == "" {
				delete(doc, "id_token")
			}
		}
	}
	rec.body.Reset()
	if name == "token" && bad.FormEncoded {
		rec.header.Set("Content-Type", "application/x-www-form-urlencoded")
		form := url.Values{}
		for k, v := range doc {
			form.Set(k, fmt.Sprint(v))
		}
		rec.body.WriteString(form.Encode())
		return
	}
	_ = json.NewEncoder(&rec.body).Encode(doc)
}

// forge makes the wrong ID token out of a right one; "" means no token.
func (a *app) forge(bad Misbehaviour, raw string) (string, error) {
	if bad.NoIDToken {
		return "", nil
	}
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return "", fmt.Errorf("the ID token has %d parts", len(parts))
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", err
	}
	claims, err := decodeObject(payload)
	if err != nil {
		return "", err
	}
	bad.bendClaims(claims, a.store.now())
	if payload, err = json.Marshal(claims); err != nil {
		return "", err
	}
	if bad.AlgNone {
		// RFC 7519 §6: an unsecured JWT has an empty third part.
		return encodePart([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + encodePart(payload) + ".", nil
	}
	signed, err := a.sign(bad, payload)
	if err != nil || !bad.BadSignature {
		return signed, err
	}
	return breakSignature(signed)
}

// bendClaims changes the claims of an ID token.
func (m Misbehaviour) bendClaims(claims map[string]any, now time.Time) {
	for claim, wrong := range map[string]struct {
		on    bool
		value string
	}{
		"nonce":   {m.WrongNonce, "not-the-nonce-that-was-sent"},
		"iss":     {m.WrongIssuer, "http://127.0.0.1:1/another-issuer"},
		"aud":     {m.WrongAud, "another-client"},
		"azp":     {m.WrongAzp, "another-client"},
		"at_hash": {m.WrongAtHash, encodePart(make([]byte, 16))},
	} {
		if wrong.on {
			claims[claim] = wrong.value
		}
	}
	if m.ExpiredIDToken {
		claims["iat"] = now.Add(-2 * time.Hour).Unix()
		claims["exp"] = now.Add(-time.Hour).Unix()
	}
	for _, claim := range []string{"iat", "exp", "auth_time"} {
		if n, err := strconv.ParseInt(fmt.Sprint(claims[claim]), 10, 64); err == nil {
			claims[claim] = n + int64(m.Skew/time.Second)
		}
	}
}

// decodeObject keeps numbers as they are written.
func decodeObject(data []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	doc := map[string]any{}
	err := d.Decode(&doc)
	return doc, err
}

// sign signs as the provider does, or, for HS256, with the client ID as a
// shared key: a client that lets the token choose the algorithm accepts it.
func (a *app) sign(bad Misbehaviour, payload []byte) (string, error) {
	key := jose.SigningKey{
		Algorithm: jose.RS256,
		Key:       jose.JSONWebKey{Key: a.store.state.key, KeyID: a.store.state.KeyID},
	}
	if bad.HS256 {
		shared := strings.Repeat(ClientID, 3)[:32]
		key = jose.SigningKey{Algorithm: jose.HS256, Key: []byte(shared)}
	}
	signer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", err
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return jws.CompactSerialize()
}

// breakSignature flips one bit of it.
func breakSignature(raw string) (string, error) {
	i := strings.LastIndexByte(raw, '.')
	sig, err := base64.RawURLEncoding.DecodeString(raw[i+1:])
	if err != nil {
		return "", err
	}
	sig[0] ^= 1
	return raw[:i+1] + encodePart(sig), nil
}

func encodePart(p []byte) string { return base64.RawURLEncoding.EncodeToString(p) }

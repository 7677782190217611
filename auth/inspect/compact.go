package inspect

import (
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/phrase"
)

// readCompact reads the compact form of a JWS or JWE (RFC 7515 §7.1, RFC 7516 §7.1).
func (t *Token) readCompact(text string, depth int) {
	parts := strings.Split(text, ".")
	header, headerFaults, headerNotes := readPart("header", parts[0])
	looksLike := strings.HasPrefix(parts[0], "eyJ") // {" in base64url
	switch {
	case len(parts) == 5 && (header != nil || looksLike):
		t.Kind, t.Header, t.Faults = Encrypted, header, headerFaults
		if strings.EqualFold(foreign.String(header["cty"]), "JWT") { // RFC 7519 §5.2
			t.Kind = EncryptedJWT
		}
		for i, name := range []phrase.Text{"encrypted key", "initialization vector", "ciphertext", "authentication tag"} {
			if at, text := badBase64(parts[i+1]); text != "" {
				t.fault(name, at, text)
			}
		}
	case len(parts) == 3 && (header != nil || looksLike):
		t.Header, t.Faults, t.Notes = header, headerFaults, headerNotes
		t.readSigned(parts, depth)
	case looksLike && len(parts) > 1:
		t.Kind, t.Header, t.Faults = Broken, header, headerFaults
		t.fault("token", 0, phrase.Say("{count} parts; a signed JWT has 3 and an encrypted one 5 (RFC 7515 §3.1, RFC 7516 §3.1)", strconv.Itoa(len(parts))))
		if len(parts) == 2 {
			t.Claims, headerFaults, _ = readPart("payload", parts[1])
			t.Faults = append(t.Faults, headerFaults...)
		}
	case looksLike && header != nil:
		t.Kind, t.Header = Broken, header
		t.fault("token", 0, "only the header is there; the payload and the signature are missing")
	}
}

// readSigned reads payload and signature of a JWS.
func (t *Token) readSigned(parts []string, depth int) {
	if foreign.String(t.Header["alg"]) != "none" || parts[2] != "" { // RFC 7518 §3.6
		if at, text := badBase64(parts[2]); text != "" {
			t.fault("signature", at, text)
		} else if parts[2] == "" {
			t.fault("signature", 0, "missing")
		}
	}
	if t.Header != nil && strings.EqualFold(foreign.String(t.Header["cty"]), "JWT") {
		t.Kind = Nested
		if inner, err := base64.RawURLEncoding.Strict().DecodeString(parts[1]); err == nil && depth < maxNested {
			t.Inner = read(string(inner), depth+1)
			return
		}
	}
	claims, faults, notes := readPart("payload", parts[1])
	t.Claims = claims
	t.Faults, t.Notes = append(t.Faults, faults...), append(t.Notes, notes...)
	if t.Header == nil || t.Claims == nil {
		t.Kind = Broken
		return
	}
	if t.Kind != Nested {
		t.Kind = kindOf(t.Header, t.Claims)
	}
	t.checkTypes()
}

// readPart decodes one part to the object that it must be.
func readPart(name phrase.Text, part string) (object map[string]any, faults []Fault, notes []string) {
	fail := func(at int, text phrase.Text) (map[string]any, []Fault, []string) {
		return nil, []Fault{{Part: name, At: at, Text: text}}, nil
	}
	if part == "" {
		return fail(0, "empty")
	}
	if at, text := badBase64(part); text != "" {
		return fail(at, text)
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil {
		return fail(0, "not base64url")
	}
	object, found, err := members(data)
	if err != nil {
		return fail(0, err.Error())
	}
	return object, nil, found.notes(name)
}

// badBase64 says what of a part is not base64url without padding (RFC 7515 §2), and at
// which character, from 1.
func badBase64(part string) (at int, text phrase.Text) {
	odd := func(c rune) bool { return notCompact(c) || strings.ContainsRune(".~=+/", c) }
	if at = strings.IndexFunc(part, odd) + 1; at > 0 {
		c, _ := utf8.DecodeRuneInString(part[at-1:])
		return at, oddLetter(c, at)
	}
	if len(part)%4 == 1 {
		return len(part), phrase.Count(len(part), "1 character cannot be base64url: one is missing or too many", "{count} characters cannot be base64url: one is missing or too many")
	}
	if _, err := base64.RawURLEncoding.Strict().DecodeString(part); err != nil {
		if corrupt, ok := errors.AsType[base64.CorruptInputError](err); ok {
			return int(corrupt) + 1, phrase.Say("character {at} is not base64url: the end may be missing", strconv.Itoa(int(corrupt)+1))
		}
		return 0, "not base64url"
	}
	return 0, ""
}

// oddLetter says what a letter in base64url hints at.
func oddLetter(c rune, index int) string {
	at := strconv.Itoa(index)
	switch c {
	case '=':
		return phrase.Say("character {at} is \"=\": base64url in a token has no padding", at)
	case '+', '/':
		return phrase.Say("character {at} is {letter}: this is base64, not base64url", at, strconv.QuoteRune(c))
	case '…':
		return phrase.Say("character {at} is \"…\": the token was shortened where it was copied", at)
	}
	return phrase.Say("character {at} ({letter}) is not base64url", at, strconv.QuoteRuneToASCII(c))
}

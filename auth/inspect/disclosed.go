package inspect

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
)

// Disclosure is a claim that an SD-JWT discloses (RFC 9901 §4.2).
type Disclosure struct {
	// Name is "" for an element of a list.
	Name  string
	Value any
	// Known reports that the signed part has its digest (RFC 9901 §4.2.3): else nothing
	// says that it belongs there.
	Known bool
}

// maxDisclosures bounds the disclosures that are read.
const maxDisclosures = 1000

// readDisclosed reads an SD-JWT: a JWT, disclosures and perhaps a proof of the holder's
// key, with "~" between them (RFC 9901 §4).
func (t *Token) readDisclosed(text string, depth int) {
	parts := strings.Split(text, "~")
	t.readCompact(parts[0], depth)
	if !t.IsJWT() {
		return
	}
	t.Kind = SDJWT
	signed, err := json.Marshal(t.Claims)
	if err != nil {
		return
	}
	known := string(signed)
	if alg := foreign.String(t.Claims["_sd_alg"]); alg != "" && alg != "sha-256" {
		t.note(phrase.Say("the digests of the disclosures are made with {quoted} and not compared", strconv.Quote(plain.Short(alg))))
		known = ""
	}
	for i, part := range parts[1:] {
		switch {
		case i >= maxDisclosures:
			t.fault("disclosures", 0, phrase.Say("more than {count} are not read", strconv.Itoa(maxDisclosures)))
			return
		case part == "":
		case i == len(parts)-2: // what follows the last "~" is the proof
			t.Inner = read(part, depth+1)
		default:
			t.readDisclosure(i+1, part, &known)
		}
	}
}

func (t *Token) readDisclosure(number int, part string, known *string) {
	name := phrase.Say("disclosure {count}", strconv.Itoa(number))
	if at, text := badBase64(part); text != "" {
		t.fault(name, at, text)
		return
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil {
		t.fault(name, 0, "not base64url")
		return
	}
	v, err := foreign.Value(data)
	list, _ := v.([]any)
	if err != nil || len(list) != 2 && len(list) != 3 {
		t.fault(name, 0, "not a list of salt, name and value")
		return
	}
	sum := sha256.Sum256([]byte(part))
	d := Disclosure{Value: list[len(list)-1], Known: strings.Contains(*known, base64.RawURLEncoding.EncodeToString(sum[:]))}
	if len(list) == 3 {
		d.Name = foreign.String(list[1])
	}
	if d.Known { // it may disclose further digests
		if more, err := json.Marshal(d.Value); err == nil && strings.Contains(string(more), "_sd") {
			*known += string(more)
		}
	}
	t.Disclosures = append(t.Disclosures, d)
}

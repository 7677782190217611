package inspect

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
)

// Disclosure is a claim that an SD-JWT discloses (RFC 9901 §4.2).
type Disclosure struct {
	// Name is its place: "given_name", "address.locality", "teams[].name". It is "" for an
	// element of a list.
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
	signed := digests{}
	if alg := foreign.String(t.Claims["_sd_alg"]); alg == "" || alg == "sha-256" {
		signed.addAll(t.Claims, "")
	} else {
		t.note(phrase.Say("the digests of the disclosures are made with {quoted} and not compared", strconv.Quote(plain.Short(alg))))
	}
	var made []digest
	for i, part := range parts[1:] {
		if i >= maxDisclosures {
			t.fault("disclosures", 0, phrase.Say("more than {count} are not read", strconv.Itoa(maxDisclosures)))
			break
		}
		switch {
		case part == "":
		case i == len(parts)-2: // what follows the last "~" is the proof
			t.Inner = read(part, depth+1)
		default:
			if d, element, ok := t.readDisclosure(i+1, part); ok {
				t.Disclosures = append(t.Disclosures, d)
				made = append(made, digest{sha256.Sum256([]byte(part)), element})
			}
		}
	}
	vouch(t.Disclosures, made, signed)
}

// vouch marks the disclosures that are signed. They come in any order: one that is known
// may have the digests of others before it.
func vouch(list []Disclosure, made []digest, signed digests) {
	for more := true; more; {
		more = false
		for i := range list {
			d := &list[i]
			at, known := signed[made[i]]
			if !known || d.Known {
				continue
			}
			if d.Known, more = true, true; !made[i].element {
				d.Name = within(at, d.Name)
				at = d.Name
			}
			signed.addAll(d.Value, at)
		}
	}
}

// digest is that of a disclosure: of an element of a list, or else of a member of an
// object.
type digest struct {
	sum     [sha256.Size]byte
	element bool
}

// digests are the places of those that the issuer put where digests belong (RFC 9901
// §4.2.4). In other claims, such as a nickname, a person can have what they like signed.
type digests map[digest]string

// addAll adds the digests in a value, which is at a place.
func (ds digests) addAll(v any, at string) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if list, ok := member.([]any); ok && name == "_sd" {
				for _, text := range list {
					ds.add(text, false, at)
				}
				continue
			}
			ds.addAll(member, within(at, name))
		}
	case []any:
		for _, element := range v {
			if m, ok := element.(map[string]any); ok && len(m) == 1 {
				ds.add(m["..."], true, inside(at, "[]"))
			}
			ds.addAll(element, inside(at, "[]"))
		}
	}
}

// add adds one. What is at two places is at the inner one: whose that is may be the
// holder's to say.
func (ds digests) add(text any, element bool, at string) {
	sum, err := base64.RawURLEncoding.Strict().DecodeString(foreign.String(text))
	if err != nil || len(sum) != sha256.Size {
		return
	}
	d := digest{[sha256.Size]byte(sum), element}
	if have, twice := ds[d]; !twice || cmp.Or(cmp.Compare(len(at), len(have)), cmp.Compare(at, have)) > 0 {
		ds[d] = at
	}
}

// within is the place of a member of what is at a place.
func within(at, name string) string {
	if at == "" {
		return name
	}
	return inside(at, "."+name)
}

// maxPlace is the length from which on a place says no more of what is inside.
const maxPlace = 1000

func inside(at, step string) string {
	if len(at) > maxPlace {
		return at
	}
	return at + step
}

// readDisclosure reads one. element reports that it is one of a list.
func (t *Token) readDisclosure(number int, part string) (d Disclosure, element, ok bool) {
	name := phrase.Say("disclosure {count}", strconv.Itoa(number))
	if at, text := badBase64(part); text != "" {
		t.fault(name, at, text)
		return d, false, false
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil {
		t.fault(name, 0, "not base64url")
		return d, false, false
	}
	v, err := foreign.Value(data)
	list, _ := v.([]any)
	if err != nil || len(list) != 2 && len(list) != 3 {
		t.fault(name, 0, "not a list of salt, name and value")
		return d, false, false
	}
	d.Value = list[len(list)-1]
	if len(list) == 3 {
		d.Name = foreign.String(list[1])
	}
	return d, len(list) == 2, true
}

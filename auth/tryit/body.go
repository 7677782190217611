package tryit

import (
	"bytes"
	"cmp"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/claviger/claviger/internal/jsontree"
	"github.com/claviger/claviger/internal/picture"
)

// understand finds out what the body is, and takes the token out of what is shown: a
// server can send a request back.
func (a *Answer) understand(contentType string) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind = ""
	}
	looks, _, _ := strings.Cut(http.DetectContentType(a.body), ";")
	a.Type = a.hidden.Text(cmp.Or(kind, looks))
	switch {
	case a.rest != nil:
		a.Kind = Large
		return
	case len(a.body) == 0:
		a.Kind = Empty
		return
	}
	if strings.HasPrefix(kind, "image/") || strings.HasPrefix(looks, "image/") {
		a.Kind = Picture
		a.Picture, a.Refused = picture.Decode(a.body, picture.Bounds{Side: maxSide, Points: maxPoints})
		if a.Refused != picture.NoPicture {
			return
		}
	}
	text, charset, ok := decode(a.body, params["charset"])
	a.Charset = a.hidden.Text(charset)
	a.understandText(a.hidden.Bytes(text), ok, kind)
}

func (a *Answer) understandText(text []byte, isText bool, kind string) {
	trimmed := bytes.TrimSpace(text)
	saysJSON := isJSON(kind)
	if isText && (saysJSON || kind == "" || len(trimmed) > 0 && strings.ContainsRune("{[", rune(trimmed[0]))) {
		tree, err := jsontree.Parse(text)
		if err == nil {
			a.Kind, a.Tree = JSON, tree
			return
		}
		a.NotJSON = saysJSON
	}
	if !isText {
		a.Kind = Binary
		return
	}
	a.Kind, a.Tree = Text, jsontree.Lines(string(text))
}

// decode makes a body UTF-8. charset is one that is not known here; ok reports whether
// it is text at all.
func decode(body []byte, charset string) (text []byte, unknown string, ok bool) {
	var from encoding.Encoding
	switch strings.ToLower(charset) {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
	case "iso-8859-1", "latin1", "windows-1252":
		from = charmap.Windows1252 // as browsers do (WHATWG Encoding §4.2)
	case "iso-8859-15":
		from = charmap.ISO8859_15
	case "utf-16", "utf-16le":
		from = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf-16be":
		from = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	default:
		unknown = charset
	}
	if bytes.HasPrefix(body, []byte("\xff\xfe")) || bytes.HasPrefix(body, []byte("\xfe\xff")) {
		from = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	}
	if from != nil {
		if out, err := from.NewDecoder().Bytes(body); err == nil {
			return out, "", !unprintable(out)
		}
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(body) {
		if unknown == "" || unprintable(body) {
			return body, "", false
		}
		return bytes.ToValidUTF8(body, []byte("\uFFFD")), unknown, true
	}
	return body, "", !unprintable(body)
}

// unprintable reports whether bytes are in a text that no text has.
func unprintable(body []byte) bool {
	return bytes.ContainsFunc(body, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' && r != 0x1b })
}

func compareFold(x, y string) int { return strings.Compare(strings.ToLower(x), strings.ToLower(y)) }

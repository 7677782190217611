// Package picture decodes pictures that someone else made, within bounds of memory and
// time.
package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
)

// Refused is why a picture is not drawn.
type Refused string

// The reasons.
const (
	// NoPicture is called a picture and is none, such as a page of HTML, or of another kind.
	NoPicture Refused = "no-picture"
	// Vector is SVG, which is a program as much as a picture.
	Vector Refused = "vector"
	// Moving is a picture of many frames, each of which takes memory.
	Moving Refused = "moving"
	// TooLarge has too many points, or takes too long for as many.
	TooLarge Refused = "too-large"
)

// Bounds are those of the memory that a picture takes, in points.
type Bounds struct{ Side, Points int }

// maxScans bounds the scans of a JPEG. Each takes some twenty bytes and goes through all
// of the picture (ITU-T T.81 §G.1.2): a file of 1 MiB can take hours. Encoders make about
// ten.
const maxScans = 50

// Decode decodes a PNG, a JPEG or a still GIF, or says why it does not.
func Decode(data []byte, within Bounds) (image.Image, Refused) {
	if why := refuse(data, within); why != "" {
		return nil, why
	}
	img, err := kindOf(data).decode(bytes.NewReader(data))
	if err != nil {
		return nil, NoPicture
	}
	return img, ""
}

// kind is how pictures of a kind are read.
type kind struct {
	name   string
	head   func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

// kindOf is the kind of a picture by its first bytes; the zero value is another one. The
// list of the package image is not asked: every library of the program can add to it, and
// what it adds knows no bounds.
func kindOf(data []byte) kind {
	begins := func(with string) bool { return bytes.HasPrefix(data, []byte(with)) }
	switch {
	case begins("\x89PNG\r\n\x1a\n"):
		return kind{"png", png.DecodeConfig, png.Decode}
	case begins("\xff\xd8"):
		return kind{"jpeg", jpeg.DecodeConfig, jpeg.Decode}
	case begins("GIF87a"), begins("GIF89a"):
		return kind{"gif", gif.DecodeConfig, gif.Decode}
	}
	return kind{}
}

// refuse says why a picture is not drawn, "" if it may be. Nothing is decoded but its
// head.
func refuse(data []byte, within Bounds) Refused {
	k := kindOf(data)
	if k.head == nil {
		if bytes.Contains(bytes.ToLower(data[:min(len(data), 4096)]), []byte("<svg")) {
			return Vector
		}
		return NoPicture
	}
	head, err := k.head(bytes.NewReader(data))
	switch {
	case err != nil:
		return NoPicture
	case head.Width < 1, head.Height < 1, head.Width > within.Side, head.Height > within.Side, head.Width*head.Height > within.Points:
		return TooLarge
	case k.name == "jpeg" && bytes.Count(data, []byte("\xff\xda")) > maxScans:
		return TooLarge
	case k.name == "gif" && frames(data) > 1, k.name == "png" && animated(data):
		return Moving
	}
	return ""
}

// frames counts the frames of a GIF, up to two, by its blocks (GIF89a §20, §23).
func frames(data []byte) int {
	at, n := 13, 0
	if len(data) > 10 && data[10]&0x80 != 0 {
		at += 3 << (data[10]&7 + 1)
	}
	subBlocks := func() {
		for at < len(data) && data[at] != 0 {
			at += 1 + int(data[at])
		}
		at++
	}
	for at+1 < len(data) && n < 2 {
		switch data[at] {
		case 0x21: // an extension
			at += 2
			subBlocks()
		case 0x2c: // a frame
			n++
			if at+9 < len(data) && data[at+9]&0x80 != 0 {
				at += 3 << (data[at+9]&7 + 1)
			}
			at += 11 // with the size of the codes
			subBlocks()
		default:
			return n
		}
	}
	return n
}

// animated reports whether a PNG has more frames than one: a chunk acTL before the
// picture's data (PNG Third Edition §11.3.6).
func animated(data []byte) bool {
	for at := 8; at+8 <= len(data); {
		size := int64(binary.BigEndian.Uint32(data[at:]))
		switch string(data[at+4 : at+8]) {
		case "acTL":
			return true
		case "IDAT":
			return false
		}
		if size > int64(len(data)) {
			return false
		}
		at += 12 + int(size)
	}
	return false
}

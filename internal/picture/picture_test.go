package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"io"
	"testing"
)

// bits is what is written bit by bit into the data of a JPEG.
type bits struct {
	out  bytes.Buffer
	last byte
	n    int
}

func (b *bits) add(value uint32, n int) {
	for n--; n >= 0; n-- {
		b.last = b.last<<1 | byte(value>>n&1)
		if b.n++; b.n == 8 {
			b.out.WriteByte(b.last)
			if b.last == 0xff {
				b.out.WriteByte(0) // ITU-T T.81 §B.1.1.5
			}
			b.last, b.n = 0, 0
		}
	}
}

// manyScans is a grey progressive JPEG of 2048 × 2048 points whose scans add nothing.
func manyScans(scans int) []byte {
	var out bytes.Buffer
	segment := func(marker byte, data ...byte) {
		out.Write([]byte{0xff, marker})
		_ = binary.Write(&out, binary.BigEndian, uint16(len(data)+2)) // into memory
		out.Write(data)
	}
	out.WriteString("\xff\xd8")
	segment(0xc2, 8, 8, 0, 8, 0, 1, 1, 0x11, 0)
	// One code: a run of up to 32767 blocks without anything (§G.1.2.2).
	segment(0xc4, append(append([]byte{0x10, 1}, make([]byte, 15)...), 0xe0)...)
	for range scans {
		segment(0xda, 1, 1, 0, 1, 63, 0)
		var b bits
		for range 3 {
			b.add(0, 1)
			b.add(1<<14-2, 14)
		}
		b.add(0x7f, 8-b.n)
		out.Write(b.out.Bytes())
	}
	out.WriteString("\xff\xd9")
	return out.Bytes()
}

// A picture that is small and would be decoded for hours is not.
func TestAPictureOfManyScansIsRefused(t *testing.T) {
	within := Bounds{Side: 2048, Points: 2048 * 2048}
	if img, why := Decode(manyScans(3), within); img == nil || why != "" {
		t.Fatalf("a picture of three scans: %q", why)
	}
	bomb := manyScans(50_000)
	if len(bomb) > 1<<20 {
		t.Fatalf("%d bytes are not small", len(bomb))
	}
	if img, why := Decode(bomb, within); img != nil || why != TooLarge {
		t.Errorf("it was decoded, or refused for %q", why)
	}
}

func TestBounds(t *testing.T) {
	one := manyScans(1)
	for _, within := range []Bounds{{2047, 1 << 30}, {4096, 2048*2048 - 1}} {
		if _, why := Decode(one, within); why != TooLarge {
			t.Errorf("%+v: %q", within, why)
		}
	}
	if _, why := Decode(nil, Bounds{10, 100}); why != NoPicture {
		t.Errorf("nothing: %q", why)
	}
}

// What a library of the program can read besides knows none of these bounds. In the window
// that is TIFF, and ICO, whose reader trusts the lengths that it is told.
func TestOnlyOwnKindsAreRead(t *testing.T) {
	read := 0
	image.RegisterFormat("other", "OTHER", func(io.Reader) (image.Image, error) {
		read++
		return image.NewGray(image.Rect(0, 0, 1, 1)), nil
	}, func(io.Reader) (image.Config, error) {
		read++
		return image.Config{Width: 1, Height: 1}, nil
	})
	if img, why := Decode([]byte("OTHER picture"), Bounds{10, 100}); img != nil || why != NoPicture || read > 0 {
		t.Errorf("refused for %q after %d reads", why, read)
	}
}

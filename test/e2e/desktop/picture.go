//go:build e2e

package desktop

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/image/draw"
)

// Keep saves a picture of the screen where CLAVIGER_PICTURES says, for looking
// at what a failed test saw.
func (d *Desktop) Keep(name string) {
	dir := os.Getenv("CLAVIGER_PICTURES")
	if dir == "" {
		return
	}
	_ = os.MkdirAll(dir, 0o700)
	file := filepath.Join(dir, strings.ReplaceAll(d.t.Name(), "/", "-")+"-"+name+".png")
	if err := d.Picture(file, Region{}); err != nil {
		d.t.Logf("no picture: %v", err)
	}
}

// Picture saves a picture of a part of the screen.
func (d *Desktop) Picture(file string, r Region) error {
	shot, err := d.shoot(r)
	if err != nil {
		return err
	}
	var data bytes.Buffer
	if err := png.Encode(&data, shot); err != nil {
		return err
	}
	return os.WriteFile(file, data.Bytes(), 0o600)
}

// Settle waits until several looks at r, one after the other, show the same
// picture.
func (d *Desktop) Settle(r Region) {
	d.t.Helper()
	var before []byte
	same := 0
	d.Eventually("the picture settles", func() error {
		shot, err := d.shoot(r)
		if err != nil {
			return err
		}
		now := shot.Pix
		if bytes.Equal(before, now) {
			if same++; same == 2 {
				return nil
			}
		} else {
			before, same = now, 0
		}
		return errors.New("it still changes")
	})
}

// Colours counts the colours of a fourth of the screen's lines, up to most: a program
// has drawn once there are some.
func (d *Desktop) Colours(most int) int {
	d.t.Helper()
	shot, err := d.shoot(Region{})
	if err != nil {
		d.t.Fatal(err)
	}
	seen := map[[4]byte]bool{}
	for y := 0; y < shot.Rect.Dy() && len(seen) < most; y += 4 {
		line := shot.Pix[y*shot.Stride : (y+1)*shot.Stride]
		for x := 0; x < len(line); x += 4 {
			seen[[4]byte(line[x:])] = true
		}
	}
	return len(seen)
}

// shoot photographs a part of the screen, or all of it.
func (d *Desktop) shoot(r Region) (*image.RGBA, error) {
	data, err := os.ReadFile(filepath.Join(d.Dir, "screen", "Xvfb_screen0"))
	if err != nil {
		return nil, fmt.Errorf("screenshot: %w", err)
	}
	whole, err := readXWD(data)
	if err != nil {
		return nil, fmt.Errorf("screenshot: %w", err)
	}
	if r.W == 0 {
		return whole, nil
	}
	part := image.NewRGBA(image.Rect(0, 0, r.W, r.H))
	draw.Draw(part, part.Bounds(), whole, image.Pt(r.X, r.Y), draw.Src)
	return part, nil
}

// readXWD reads the file that Xvfb keeps its screen in: a window dump of
// XWDFile.h, version 7, with four bytes a pixel, blue first.
func readXWD(data []byte) (*image.RGBA, error) {
	const fixed = 25 * 4
	if len(data) < fixed {
		return nil, errors.New("the window dump has no header")
	}
	field := func(i int) int { return int(binary.BigEndian.Uint32(data[i*4:])) }
	header, version, width, height := field(0), field(1), field(4), field(5)
	bits, stride, colours := field(11), field(12), field(19)
	pixels := header + colours*12
	if version != 7 || bits != 32 || pixels < fixed || stride < width*4 || len(data) < pixels+height*stride {
		return nil, fmt.Errorf("window dump of version %d, %d×%d, %d bits, %d bytes", version, width, height, bits, len(data))
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		from, to := data[pixels+y*stride:], img.Pix[y*img.Stride:]
		for x := 0; x < width*4; x += 4 {
			to[x], to[x+1], to[x+2], to[x+3] = from[x+2], from[x+1], from[x], 0xFF
		}
	}
	return img, nil
}

package cli

import (
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
)

// TestQR reads the modules back from the characters.
func TestQR(t *testing.T) {
	const link = "https://login.example/device?user_code=ABCD-EFGH"
	want, err := qr.Encode(link, qr.M, qr.Auto)
	if err != nil {
		t.Fatal(err)
	}
	side := want.Bounds().Dx() + 2*quietZone
	lines := qrLines(link, side)
	if len(lines) != (side+1)/2 {
		t.Fatalf("%d lines for %d modules", len(lines), side)
	}
	for n, line := range lines {
		inner, ok := strings.CutPrefix(line, blackOnWhite)
		inner, end := strings.CutSuffix(inner, plainColours)
		if row := []rune(inner); !ok || !end || len(row) != side {
			t.Fatalf("line %d: %q", n, line)
		}
		for x, r := range []rune(inner) {
			upper, lower := strings.ContainsRune("█▀", r), strings.ContainsRune("█▄", r)
			if upper != dark(want, x-quietZone, 2*n-quietZone) || lower != dark(want, x-quietZone, 2*n+1-quietZone) {
				t.Fatalf("line %d, column %d: %q", n, x, r)
			}
		}
	}
	if got := qrLines(link, side-1); got != nil {
		t.Errorf("in too narrow a terminal: %d lines", len(got))
	}
	if got := qrLines(strings.Repeat("long", 2000), 10000); got != nil {
		t.Errorf("of too long a text: %d lines", len(got))
	}
}

package choosefile

import (
	"testing"
	"unicode/utf16"
	"unsafe"
)

func TestFilter(t *testing.T) {
	for want, q := range map[string]Question{
		"":                         {},
		"All files\x00*.*\x00\x00": {All: "All files"},
		"*.age\x00*.age\x00All files\x00*.*\x00\x00":                   {Endings: []string{".age"}, All: "All files"},
		"*.toml, *.txt\x00*.toml;*.txt\x00Alle Dateien\x00*.*\x00\x00": {Endings: []string{".toml", ".txt"}, All: "Alle Dateien"},
	} {
		if got := string(utf16.Decode(q.filter())); got != want {
			t.Errorf("%v: %q, want %q", q.Endings, got, want)
		}
	}
}

func TestOwner(t *testing.T) {
	for parent, want := range map[string]uintptr{"": 0, "x11:1f": 0, "hwnd:1f": 0x1f, "hwnd:": 0, "hwnd:zz": 0} {
		if got := (Question{Parent: parent}).owner(); got != want {
			t.Errorf("%q: %#x, want %#x", parent, got, want)
		}
	}
}

// The structure is as long as Windows wants it on 64 bits: it shows no dialog else.
func TestOpenFileNameIsAsWindowsHasIt(t *testing.T) {
	if size := unsafe.Sizeof(openFileName{}); unsafe.Sizeof(uintptr(0)) == 8 && size != 152 {
		t.Errorf("it has %d bytes", size)
	}
}

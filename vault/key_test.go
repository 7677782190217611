package vault

import (
	"errors"
	"os"
	"testing"
)

// TestAFileKeyIsKeptWithTheKey: a record that was read is opened again without the
// vault's key, which is shown by one that only its file key opens; what is stored anew,
// damaged or locked is not.
func TestAFileKeyIsKeptWithTheKey(t *testing.T) {
	v, _, _ := fresh(t)
	put(t, v, "a", "first")
	want := func(text string) {
		t.Helper()
		if data, err := v.Get(t.Context(), "a"); err != nil || string(data) != text {
			t.Errorf("%q, %v; want %q", data, err, text)
		}
	}
	want("first")
	put(t, v, "a", "second")
	want("second")
	want("second")

	k, err := v.keys.unlocked(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	good := readAll(t, v.files.recordPath("a"))
	other, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := seal(encodeRecord("a", []byte("of another key")), other.recipient)
	if err != nil {
		t.Fatal(err)
	}
	_, fileKey, _ := unsealShort(sealed, other.identity)
	write := func(data []byte) {
		t.Helper()
		if err := os.WriteFile(v.files.recordPath("a"), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(sealed)
	k.fileKeys.Store("a", fileKey)
	want("of another key")
	write(good)
	want("second")

	damaged := append([]byte{}, good...)
	damaged[len(damaged)-1] ^= 1
	write(damaged)
	if data, err := v.Get(t.Context(), "a"); !errors.Is(err, ErrDamaged) {
		t.Errorf("a damaged record: %q, %v", data, err)
	}
	put(t, v, "a", "third")
	want("third")
	if err := v.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	if data, err := v.Get(t.Context(), "a"); !errors.Is(err, ErrLocked) {
		t.Errorf("a locked vault: %q, %v", data, err)
	}
}

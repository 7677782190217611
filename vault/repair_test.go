package vault

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func repair(t *testing.T, v *Vault) RepairReport {
	t.Helper()
	r, err := v.Repair(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Two records with each other's names are both set aside, and both come back
// under their own.
func TestRepairUndoesASwap(t *testing.T) {
	v, dir, _ := fresh(t)
	for _, n := range []string{"a", "b", "c"} {
		put(t, v, n, "data of "+n)
	}
	records := filepath.Join(dir, recordsDir)
	for _, move := range [][2]string{{"a", "x"}, {"b", "a"}, {"x", "b"}} {
		if err := os.Rename(filepath.Join(records, move[0]+".age"), filepath.Join(records, move[1]+".age")); err != nil {
			t.Fatal(err)
		}
	}
	r := repair(t, v)
	if len(r.Damaged) != 2 || r.Good != 3 || len(r.Lost)+len(r.SetAside)+len(r.Superseded) != 0 {
		t.Fatalf("%+v", r)
	}
	for _, n := range []string{"a", "b", "c"} {
		want(t, v, n, "data of "+n)
	}
}

// damage changes a byte of a file and returns what was there before.
func damage(t *testing.T, path string) []byte {
	t.Helper()
	good := readAll(t, path)
	bad := bytes.Clone(good)
	bad[len(bad)-1] ^= 1
	if err := os.WriteFile(path, bad, 0o600); err != nil {
		t.Fatal(err)
	}
	return good
}

// wantRestored fails unless a repair found what the test damaged.
func wantRestored(t *testing.T, r RepairReport) {
	t.Helper()
	if diff := cmp.Diff([]string{"healed"}, r.Restored); diff != "" {
		t.Fatal(diff)
	}
	if len(r.Damaged) != 0 || len(r.Lost) != 1 || r.Lost[0].Name != "lost" || len(r.Superseded) != 1 || len(r.SetAside) != 2 {
		t.Fatalf("%+v", r)
	}
}

// What cannot be read is kept and reported; once it is readable again, it comes
// back; what the vault has anew is left alone.
func TestRepairTakesBackWhatIsWholeAgain(t *testing.T) {
	v, dir, ring := fresh(t)
	good := map[string][]byte{}
	for _, n := range []string{"healed", "lost", "anew"} {
		put(t, v, n, "data of "+n)
		good[n] = damage(t, v.files.recordPath(n))
	}
	put(t, v, "well", "w")
	r := repair(t, v)
	if len(r.Damaged) != 3 || len(r.Lost) != 3 || len(r.SetAside) != 3 || len(r.Restored) != 0 || r.Good != 1 {
		t.Fatalf("%+v", r)
	}
	put(t, v, "anew", "newer")
	for _, l := range r.Lost {
		if l.Reason == "" {
			t.Errorf("no reason: %+v", l)
		}
		if l.Name == "lost" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, l.File), good[l.Name], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	wantRestored(t, repair(t, open(t, dir, Options{Keyring: ring})))
	want(t, v, "healed", "data of healed")
	want(t, v, "anew", "newer")
	wantClosed(t, dir)
}

// Repair of a locked or empty vault changes nothing.
func TestRepairWithoutAKey(t *testing.T) {
	v, _, _ := fresh(t)
	if diff := cmp.Diff(RepairReport{
		Report:   Report{Damaged: []Damage{}, SetAside: []string{}, Leftover: []string{}},
		Restored: []string{}, Lost: []Loss{}, Superseded: []string{},
	}, repair(t, v)); diff != "" {
		t.Fatal(diff)
	}
	put(t, v, "a", "x")
	if err := v.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := v.Repair(t.Context())
	wantErr(t, err, ErrLocked)
}

// Of two that were set aside of one record the latest comes back.
func TestRepairTakesTheLatest(t *testing.T) {
	v, dir, _ := fresh(t)
	put(t, v, "a", "x")
	if err := os.Mkdir(filepath.Join(dir, asideDir), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{
		"a.20260101T000000Z-zzzzzzzz": "first", "a.20260301T000000Z-aaaaaaaa": "last", "a.20260201T000000Z-mmmmmmmm": "second",
	} {
		put(t, v, "a", data)
		if err := os.Rename(v.files.recordPath("a"), v.files.path(asideDir, name+recordExt)); err != nil {
			t.Fatal(err)
		}
	}
	r, err := v.Repair(t.Context())
	if err != nil || len(r.Restored) != 1 || len(r.Superseded) != 2 || len(r.Lost) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	want(t, v, "a", "last")
}

package vault

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// importOnce imports a file and reports when its first record is about to be
// stored.
func importOnce(ctx context.Context, v *Vault, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read from
	_, err = v.Import(ctx, f, exportPassphrase, ImportOptions{
		Replace: true,
		Before:  func(context.Context) error { fmt.Println("go"); return nil },
	})
	return err
}

// importForEver imports two exports in turn.
func importForEver(ctx context.Context, v *Vault, dir string) error {
	for i := 0; ; i++ {
		if err := importOnce(ctx, v, filepath.Join(dir, fmt.Sprintf("export-%d.age", i%2))); err != nil {
			return err
		}
	}
}

// importedRecord is the record of that number in one of two exports.
func importedRecord(export, i int) string {
	return fmt.Sprintf("%d:%d:%s", export, i, strings.Repeat("t", 5000))
}

// Killed at random moments of imports that go on and on: each record
// is that of the one export or the other, whole; none that was there is gone;
// what no export has is untouched; and one more import makes it whole.
func TestKilledWhileImporting(t *testing.T) {
	const records = 10
	dir := t.TempDir()
	v := open(t, filepath.Join(dir, "vault"), Options{Keyring: fileRing{dir}})
	put(t, v, "untouched", "u")
	whole := map[string]string{"untouched": "u"}
	var sealed []byte
	for export := range 2 {
		theirs := map[string]string{}
		for i := range records {
			name := fmt.Sprintf("r-%d", i)
			theirs[name] = importedRecord(export, i)
			whole[name] = theirs[name] // the last one's
		}
		sealed = exported(t, theirs)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("export-%d.age", export)), sealed, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := v.Import(t.Context(), bytes.NewReader(sealed), exportPassphrase, ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	halfway := 0
	for range kills(30) {
		there := map[int]bool{}
		for i := range records { // some are replaced, some are new
			there[i] = mathrand.IntN(2) == 0
			if name := fmt.Sprintf("r-%d", i); !there[i] {
				if err := v.Delete(t.Context(), name); err != nil {
					t.Fatal(err)
				}
			}
		}
		p := spawn(t, "imports", dir)
		p.line(t)
		atRandom(40 * time.Millisecond)
		_ = p.Process.Kill()
		_, _ = io.Copy(io.Discard, p.out)
		_ = p.Wait()
		if oneOfTwo(t, contents(t, v), there) {
			halfway++
		}
		r, err := v.Import(t.Context(), bytes.NewReader(sealed), exportPassphrase, ImportOptions{Replace: true})
		if err != nil || len(r.Added)+len(r.Replaced)+len(r.Same) != records {
			t.Fatalf("importing again: %+v, %v", r, err)
		}
		if diff := cmp.Diff(whole, contents(t, v)); diff != "" {
			t.Fatal("not what it should be after importing again")
		}
	}
	if report, err := v.Check(t.Context()); err != nil || len(report.Damaged)+len(report.SetAside) != 0 {
		t.Fatal(report, err)
	}
	t.Logf("%d of the kills left an import half done", halfway)
	nothingLeft(t, dir, v)
}

// oneOfTwo fails unless each record is one of either export, and reports whether
// there are records of both, or not all.
func oneOfTwo(t *testing.T, got map[string]string, there map[int]bool) (halfway bool) {
	t.Helper()
	if got["untouched"] != "u" {
		t.Fatal("a record that no export has was changed")
	}
	of := [2]int{}
	for i := range there {
		data, ok := got[fmt.Sprintf("r-%d", i)]
		switch {
		case ok && data == importedRecord(0, i):
			of[0]++
		case ok && data == importedRecord(1, i):
			of[1]++
		case ok:
			t.Fatalf("record %d has %d bytes of no export", i, len(data))
		case there[i]:
			t.Fatalf("record %d is lost", i)
		}
	}
	return of[0] < len(there) && of[1] < len(there)
}

// Killed after some records of an import into a vault that has others: each is
// the old or the new one, whole, and importing again does the rest.
func TestKilledBetweenImportedRecords(t *testing.T) {
	theirs := map[string]string{}
	for i := range 60 {
		theirs[fmt.Sprintf("r-%02d", i)] = "theirs" + strings.Repeat("t", 20_000)
	}
	sealed := exported(t, theirs)
	for _, stored := range []int{0, 1, 7, 20, 45} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "export.age"), sealed, 0o600); err != nil {
			t.Fatal(err)
		}
		v := open(t, filepath.Join(dir, "vault"), Options{Keyring: fileRing{dir}})
		put(t, v, "untouched", "u")
		for i := range 30 { // every other
			put(t, v, fmt.Sprintf("r-%02d", 2*i), "mine")
		}
		last := v.files.recordPath(fmt.Sprintf("r-%02d", stored|1)) // one that is not there yet
		changes := v.Changes(t.Context())
		p := spawn(t, "import", dir)
		p.line(t)
		for range stored {
			if _, err := os.Stat(last); err == nil {
				break
			}
			<-changes
		}
		atRandom(5 * time.Millisecond)
		_ = p.Process.Kill()
		_, _ = io.Copy(io.Discard, p.out)
		_ = p.Wait()

		in := imported(t, v, theirs)
		t.Logf("killed after about %d records: %d are in", stored, in)
		importsTheRest(t, v, sealed, theirs, in)
		nothingLeft(t, dir, v)
	}
}

// imported counts the records of an export that are in a vault, and fails if
// one is neither the old nor the new one.
func imported(t *testing.T, v *Vault, theirs map[string]string) int {
	t.Helper()
	in := 0
	for name, data := range contents(t, v) {
		switch {
		case name == "untouched" && data == "u", data == "mine":
		case data != theirs[name] || data == "":
			t.Fatalf("%s has %d bytes", name, len(data))
		default:
			in++
		}
	}
	return in
}

func importsTheRest(t *testing.T, v *Vault, sealed []byte, theirs map[string]string, in int) {
	t.Helper()
	r, err := v.Import(t.Context(), bytes.NewReader(sealed), exportPassphrase, ImportOptions{Replace: true})
	if err != nil || len(r.Same) != in || len(r.Added)+len(r.Replaced)+len(r.Same) != len(theirs) {
		t.Fatalf("%d same, %d added, %d replaced, %v", len(r.Same), len(r.Added), len(r.Replaced), err)
	}
	whole := maps.Clone(theirs)
	whole["untouched"] = "u"
	if diff := cmp.Diff(whole, contents(t, v)); diff != "" {
		t.Fatal("not what it should be")
	}
	if report, err := v.Check(t.Context()); err != nil || len(report.Damaged) != 0 {
		t.Fatal(report, err)
	}
}

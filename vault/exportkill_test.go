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

// importOnce imports a file and tells when its first record is about to be
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

// Killed in the middle of imports: each record is the old or the new one,
// whole, what the export does not have is untouched, and importing again does
// the rest.
func TestKilledWhileImporting(t *testing.T) {
	theirs := map[string]string{}
	for i := range 60 {
		theirs[fmt.Sprintf("r-%02d", i)] = "theirs" + strings.Repeat("t", 20_000)
	}
	sealed := exported(t, theirs)
	stops := []int{0, 1, 7, 20, 45}
	for len(stops) < kills(t, len(stops), len(stops)) {
		stops = append(stops, mathrand.IntN(60))
	}
	for _, stored := range stops {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "export.age"), sealed, 0o600); err != nil {
			t.Fatal(err)
		}
		v := open(t, filepath.Join(dir, "vault"), Options{Keyring: fileRing{dir}})
		put(t, v, "untouched", "u")
		for i := range 30 { // every other
			put(t, v, fmt.Sprintf("r-%02d", 2*i), "mine")
		}
		last := v.recordPath(fmt.Sprintf("r-%02d", stored|1)) // one that is not there yet
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

package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// crowd is a vault with so many records that an index is worth it.
func crowd(t testing.TB) (v *Vault, dir string, ring *fakeRing, contents map[string]string) {
	t.Helper()
	v, dir, ring = fresh(t)
	contents = map[string]string{}
	for i := range 80 {
		name := fmt.Sprintf("record-%02d", i)
		contents[name] = strings.Repeat(name, 20)
		put(t, v, name, contents[name])
	}
	return v, dir, ring, contents
}

// readMany reads all records of a vault in one go, by two goroutines, and returns their
// contents and the errors of those that could not be read.
func readMany(t testing.TB, v *Vault) (contents map[string]string, failed map[string]error) {
	t.Helper()
	names, err := v.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	get, done := v.Many()
	contents, failed = getAll(t.Context(), names, get)
	done()
	return contents, failed
}

func getAll(ctx context.Context, names []string, get func(context.Context, string) ([]byte, error)) (contents map[string]string, failed map[string]error) {
	contents, failed = map[string]string{}, map[string]error{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for half := range slices.Chunk(names, len(names)/2+1) {
		wg.Go(func() {
			for _, name := range half {
				data, err := get(ctx, name)
				mu.Lock()
				if err != nil {
					failed[name] = err
				} else {
					contents[name] = string(data)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return contents, failed
}

func wantMany(t testing.TB, v *Vault, want map[string]string) {
	t.Helper()
	got, failed := readMany(t, v)
	if diff := cmp.Diff(want, got); diff != "" || len(failed) != 0 {
		t.Fatalf("%v\n%s", failed, diff)
	}
}

func indexOf(t testing.TB, v *Vault) map[string][]byte {
	t.Helper()
	k, err := v.keys.unlocked(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v.files.readIndex(k)
}

// TestTheIndexSavesTheWorkOfTheVaultsKey: after one reading, records are opened with
// their file keys. It is shown by records that only these open.
func TestTheIndexSavesTheWorkOfTheVaultsKey(t *testing.T) {
	v, dir, ring, contents := crowd(t)
	if _, err := os.Stat(filepath.Join(dir, indexFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal("an index before anything was read")
	}
	wantMany(t, v, contents)
	names := slices.Sorted(maps.Keys(contents))
	if diff := cmp.Diff(names, slices.Sorted(maps.Keys(indexOf(t, v)))); diff != "" {
		t.Fatal(diff)
	}
	before := readAll(t, filepath.Join(dir, indexFile))
	wantMany(t, v, contents)
	wantMany(t, open(t, dir, Options{Keyring: ring}), contents)
	if !bytes.Equal(before, readAll(t, filepath.Join(dir, indexFile))) {
		t.Error("it is written again without need")
	}

	other, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	fileKeys := indexOf(t, v)
	for _, name := range names {
		sealed, err := seal(encodeRecord(name, []byte("of another key")), other.recipient)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(v.files.recordPath(name), sealed, 0o600); err != nil {
			t.Fatal(err)
		}
		_, fileKeys[name], _ = unsealShort(sealed, other.identity)
	}
	k, err := v.keys.unlocked(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := v.files.writeIndex(fileKeys, k); err != nil {
		t.Fatal(err)
	}
	got, failed := readMany(t, v)
	if len(got) != len(names)-fewRecords || len(failed) != fewRecords {
		t.Errorf("%d records were opened with their file keys, %d not", len(got), len(failed))
	}
}

// TestTheIndexNeverAnswersForARecord: whatever became of the records since it was
// written, what is read is what they are.
func TestTheIndexNeverAnswersForARecord(t *testing.T) {
	v, dir, _, contents := crowd(t)
	wantMany(t, v, contents)
	old := readAll(t, filepath.Join(dir, indexFile))

	// Stored again with the same size, and the time of before.
	path := v.files.recordPath("record-40")
	fi, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	contents["record-40"] = strings.Repeat("RECORD-40", 20)[:len(contents["record-40"])]
	put(t, v, "record-40", contents["record-40"])
	if err := os.Chtimes(path, fi.ModTime(), fi.ModTime()); err != nil {
		t.Fatal(err)
	}
	// New ones, and one that is gone.
	contents["another"] = "one"
	put(t, v, "another", "one")
	if err := v.Delete(t.Context(), "record-79"); err != nil {
		t.Fatal(err)
	}
	delete(contents, "record-79")
	if err := os.WriteFile(filepath.Join(dir, indexFile), old, 0o600); err != nil {
		t.Fatal(err)
	}
	wantMany(t, v, contents)

	// Damaged, and each in the place of the other.
	for _, name := range []string{"record-50", "record-51"} {
		sealed := readAll(t, v.files.recordPath(name))
		sealed[len(sealed)/3] ^= 1 // in the header, whose file key the index has
		if name == "record-51" {
			sealed[len(sealed)/3] ^= 1
			sealed[len(sealed)-1] ^= 1
		}
		if err := os.WriteFile(v.files.recordPath(name), sealed, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sixty, seventy := readAll(t, v.files.recordPath("record-60")), readAll(t, v.files.recordPath("record-70"))
	for name, sealed := range map[string][]byte{"record-60": seventy, "record-70": sixty} {
		if err := os.WriteFile(v.files.recordPath(name), sealed, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, failed := readMany(t, v)
	for _, name := range []string{"record-50", "record-51", "record-60", "record-70"} {
		if !errors.Is(failed[name], ErrDamaged) {
			t.Errorf("%s: %v", name, failed[name])
		}
		delete(contents, name)
	}
	if diff := cmp.Diff(contents, got); diff != "" || len(failed) != 4 || status(t, v).SetAside != 4 {
		t.Errorf("%d failed, %d set aside\n%s", len(failed), status(t, v).SetAside, diff)
	}
}

// TestABadIndexCostsTimeOnly: without one, and with one that is damaged, foreign, of a
// newer version or no file at all, every record is read, and the index is mended if it
// can be.
func TestABadIndexCostsTimeOnly(t *testing.T) {
	v, dir, _, contents := crowd(t)
	wantMany(t, v, contents)
	path := filepath.Join(dir, indexFile)
	good := readAll(t, path)
	k, err := v.keys.unlocked(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	sealed := func(text string, k *key) []byte {
		b, err := seal([]byte(text), k.recipient)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	wrong := map[string][]byte{}
	for name := range contents {
		wrong[name] = bytes.Repeat([]byte{7}, fileKeySize)
	}
	for name, bad := range map[string][]byte{
		"none": nil, "empty": {}, "cut": good[:len(good)-1], "longer": append(bytes.Clone(good), 0),
		"of another vault": sealed(string(encodeIndex(indexOf(t, v))), foreign),
		"newer":            sealed(strings.Replace(string(encodeIndex(indexOf(t, v))), "/1", "/2", 1), k),
		"rubbish":          sealed(indexHead+"\n \nrecord-40\nrecord-41 !\nrecord-42 AAAA\n../../x AAAAAAAAAAAAAAAAAAAAAA", k),
		"wrong keys":       sealed(string(encodeIndex(wrong)), k),
		"a record":         readAll(t, v.files.recordPath("record-40")),
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if bad != nil {
				if err := os.WriteFile(path, bad, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			wantMany(t, v, contents)
			if fileKeys := indexOf(t, v); len(fileKeys) != len(contents) || bytes.Equal(fileKeys["record-40"], wrong["record-40"]) {
				t.Errorf("the index has %d records", len(fileKeys))
			}
		})
	}
}

// Whatever stands in the index's place, or in the way of a new one, costs time only.
func TestAnIndexThatCannotBe(t *testing.T) {
	v, dir, _, contents := crowd(t)
	wantMany(t, v, contents)
	path := filepath.Join(dir, indexFile)
	good := readAll(t, path)
	t.Run("a folder", func(t *testing.T) {
		if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o700)); err != nil {
			t.Fatal(err)
		}
		wantMany(t, v, contents)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("a link", func(t *testing.T) {
		elsewhere := filepath.Join(t.TempDir(), "elsewhere")
		if err := errors.Join(os.WriteFile(elsewhere, good, 0o600), os.Symlink(elsewhere, path)); err != nil {
			t.Skip(err)
		}
		wantMany(t, v, contents)
		if !bytes.Equal(good, readAll(t, elsewhere)) {
			t.Error("it was written through a link")
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("a disk that takes nothing", func(t *testing.T) {
		v.files.disk.Write = func(*os.File, []byte) error { return errors.New("no space") }
		defer func() { v.files.disk.Write = nil }()
		wantMany(t, v, contents)
		if left, err := filepath.Glob(filepath.Join(dir, tempPrefix+"*")); err != nil || len(left) != 0 || len(indexOf(t, v)) != 0 {
			t.Errorf("left %v, %v", left, err)
		}
	})
}

// TestWhatIsDeletedLeavesTheIndex at once, also if it is deleted by somebody else while
// the index is written, at any moment.
func TestWhatIsDeletedLeavesTheIndex(t *testing.T) {
	v, dir, ring, contents := crowd(t)
	other := open(t, dir, Options{Keyring: ring})
	gone := func(when, name string) {
		t.Helper()
		if fileKeys := indexOf(t, v); fileKeys[name] != nil {
			t.Errorf("%s: %s is in the index", when, name)
		}
		delete(contents, name)
	}
	remove := func(name string) {
		if err := other.Delete(t.Context(), name); err != nil {
			t.Error(err)
		}
	}
	wantMany(t, v, contents)
	remove("record-01")
	gone("deleted later", "record-01")

	get, done := v.Many()
	if _, failed := getAll(t.Context(), slices.Sorted(maps.Keys(contents)), get); len(failed) != 0 {
		t.Fatal(failed)
	}
	remove("record-02")
	done()
	gone("deleted before the index is written", "record-02")

	get, done = v.Many()
	if _, failed := getAll(t.Context(), slices.Sorted(maps.Keys(contents)), get); len(failed) != 0 {
		t.Fatal(failed)
	}
	v.files.disk.Between = func(string) { remove("record-03") }
	done()
	v.files.disk.Between = nil
	gone("deleted before it takes its place", "record-03")
	wantMany(t, v, contents)
	if len(indexOf(t, v)) != len(contents) {
		t.Error("there is no new one")
	}

	if err := os.Remove(v.files.recordPath("record-04")); err != nil {
		t.Fatal(err)
	}
	delete(contents, "record-04")
	wantMany(t, v, contents)
	gone("removed by an older version, after the next list", "record-04")
}

// TestALockedVaultIsNotReadByItsIndex, nor one whose key was dropped in the middle.
func TestALockedVaultIsNotReadByItsIndex(t *testing.T) {
	v, _, _, contents := crowd(t)
	wantMany(t, v, contents)
	names := slices.Sorted(maps.Keys(contents))
	get, done := v.Many()
	if _, failed := getAll(t.Context(), names[:40], get); len(failed) != 0 {
		t.Fatal(failed)
	}
	if err := v.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, failed := getAll(t.Context(), names[40:], get)
	done()
	if len(got) != 0 || !errors.Is(failed["record-79"], ErrLocked) {
		t.Errorf("%d records, %v", len(got), failed["record-79"])
	}
}

func TestAFewRecordsHaveNoIndex(t *testing.T) {
	v, dir, _ := fresh(t)
	contents := map[string]string{}
	for i := range 2 * fewRecords {
		name := fmt.Sprintf("record-%02d", i)
		contents[name] = name
		put(t, v, name, name)
	}
	wantMany(t, v, contents)
	if _, err := os.Stat(filepath.Join(dir, indexFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// FuzzIndex reads what anyone who has the vault's key could put there: names of
// records with keys of the right size, or nothing.
func FuzzIndex(f *testing.F) {
	f.Add(encodeIndex(map[string][]byte{"a": make([]byte, fileKeySize), "b-c": bytes.Repeat([]byte{255}, fileKeySize)}))
	f.Add([]byte(indexHead + "a AAAA\n\n x\nb"))
	f.Add([]byte("claviger-index/2\na AAAAAAAAAAAAAAAAAAAAAA\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		fileKeys := decodeIndex(b)
		for name, fileKey := range fileKeys {
			if checkName(name) != nil || len(fileKey) != fileKeySize {
				t.Fatalf("%q has %d bytes", name, len(fileKey))
			}
		}
		if diff := cmp.Diff(fileKeys, decodeIndex(encodeIndex(fileKeys))); diff != "" {
			t.Fatal(diff)
		}
	})
}

func BenchmarkMany(b *testing.B) {
	v, _, _, _ := crowd(b)
	names, err := v.List(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for _, indexed := range []bool{false, true} {
		b.Run(fmt.Sprintf("indexed=%v", indexed), func(b *testing.B) {
			for b.Loop() {
				get, done := v.Many()
				if _, failed := getAll(b.Context(), names, get); len(failed) != 0 {
					b.Fatal(failed)
				}
				if indexed {
					done()
				}
			}
		})
	}
}

package vault

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
)

const exportPassphrase = "horse battery"

// exported is an export of a vault with these records.
func exported(t testing.TB, records map[string]string) []byte {
	t.Helper()
	v, _, _ := fresh(t)
	if err := v.Setup(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	for name, data := range records {
		put(t, v, name, data)
	}
	return exportOf(t, v)
}

func exportOf(t testing.TB, v *Vault) []byte {
	t.Helper()
	var b bytes.Buffer
	if r, err := v.Export(t.Context(), &b, exportPassphrase); err != nil || len(r.LeftOut) != 0 {
		t.Fatal(r, err)
	}
	return b.Bytes()
}

func contents(t testing.TB, v *Vault) map[string]string {
	t.Helper()
	all := map[string]string{}
	names, err := v.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := v.Get(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = string(data)
	}
	return all
}

// entry is a file of an archive made by hand.
type entry struct {
	name string
	data string
	kind byte
	size int64 // where it lies
}

func archiveOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: e.name, Size: int64(len(e.data)), Mode: 0o600}
		if e.kind != 0 {
			h.Typeflag, h.Linkname = e.kind, "/etc/passwd"
		}
		if e.size != 0 {
			h.Size = e.size
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil && entries[len(entries)-1].size == 0 {
		t.Fatal(err)
	}
	return b.Bytes()
}

var goodHead = entry{name: exportMark, data: `{"format":1}`}

func sealedFor(t testing.TB, plain []byte, passphrase string) []byte {
	t.Helper()
	r, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		t.Fatal(err)
	}
	r.SetWorkFactor(1)
	sealed, err := seal(plain, r)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestExportAndImport(t *testing.T) {
	records := map[string]string{"a": canary, "a-picture": "\x89PNG\x00", "empty": "", "large": strings.Repeat("x", 200_000)}
	sealed := exported(t, records)
	if bytes.Contains(sealed, []byte(canary)) || bytes.Contains(sealed, []byte("a-picture")) {
		t.Fatal("an export tells what is in it")
	}
	v, dir, _ := fresh(t)
	prepared := false
	r, err := v.Import(t.Context(), bytes.NewReader(sealed), exportPassphrase, ImportOptions{
		Before: func(ctx context.Context) error { prepared = true; return v.Setup(ctx, "another") },
	})
	want := ImportReport{Added: []string{"a", "a-picture", "empty", "large"}, Replaced: []string{}, Kept: []string{}, Same: []string{}}
	if diff := cmp.Diff(want, r); err != nil || diff != "" || !prepared {
		t.Fatal(err, diff, prepared)
	}
	if diff := cmp.Diff(records, contents(t, v)); diff != "" {
		t.Fatal(diff)
	}
	if s := status(t, v); s.Protection != Passphrase {
		t.Fatalf("%+v", s)
	}
	wantClosed(t, dir)
}

// Whoever imports sees what would be stored before anything is, and decides.
func TestImportIsReviewed(t *testing.T) {
	sealed := exported(t, map[string]string{"new": "theirs", "same": "both", "other": "theirs"})
	v, _, _ := fresh(t)
	put(t, v, "same", "both")
	put(t, v, "other", "mine")
	for _, tt := range []struct {
		replace bool
		names   []string
	}{{false, []string{"new"}}, {true, []string{"new", "other"}}} {
		refusal := errors.New("no")
		var names []string
		_, err := v.Import(t.Context(), bytes.NewReader(sealed), exportPassphrase, ImportOptions{
			Replace: tt.replace,
			Rules: ImportRules{Review: func(in []Incoming) Review {
				for _, r := range in {
					names = append(names, r.Name)
					if string(r.Data) != "theirs" || r.Replaces != (r.Name == "other") {
						t.Errorf("%+v", r)
					}
				}
				return Review{}
			}},
			Agree:  func(context.Context, Review) error { return refusal },
			Before: func(context.Context) error { t.Error("prepared although refused"); return nil },
		})
		wantErr(t, err, refusal)
		if diff := cmp.Diff(tt.names, names); diff != "" {
			t.Error(diff)
		}
	}
	want(t, v, "other", "mine")
	_, err := v.Import(t.Context(), bytes.NewReader(sealed), exportPassphrase, ImportOptions{
		Replace: true,
		Rules: ImportRules{Review: func(in []Incoming) Review {
			in[1].Data = []byte("settled")
			return Review{Records: in[1:]}
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"same": "both", "other": "settled"}, contents(t, v)); diff != "" {
		t.Fatal(diff)
	}
}

// What lies beside a record stays out if the vault keeps its own record.
func TestImportKeepsWhatLiesBeside(t *testing.T) {
	sealed := exported(t, map[string]string{"a": "theirs", "a-history": "theirs", "b": "both", "b-history": "theirs", "c-history": "theirs"})
	rules := ImportRules{Owner: func(name string) string {
		owner, is := strings.CutSuffix(name, "-history")
		if !is {
			return ""
		}
		return owner
	}}
	for replace, wanted := range map[bool]map[string]string{
		false: {"a": "mine", "b": "both", "b-history": "theirs", "c-history": "theirs"},
		true:  {"a": "theirs", "a-history": "theirs", "b": "both", "b-history": "theirs", "c-history": "theirs"},
	} {
		v, _, _ := fresh(t)
		put(t, v, "a", "mine")
		put(t, v, "b", "both")
		if _, err := v.Import(t.Context(), bytes.NewReader(sealed), exportPassphrase, ImportOptions{Replace: replace, Rules: rules}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(wanted, contents(t, v)); diff != "" {
			t.Errorf("replace %v: %s", replace, diff)
		}
	}
}

// What the documentation says: an age file, a tar archive, nothing of ours.
func TestExportIsStandard(t *testing.T) {
	sealed := exported(t, map[string]string{"b": "two", "a": "one"})
	id, err := age.NewScryptIdentity(exportPassphrase)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := unseal(sealed, id)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for r := tar.NewReader(bytes.NewReader(plain)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		data, err2 := io.ReadAll(r)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if h.Name == exportMark {
			data = data[:len(`{"format":1`)]
		}
		got += fmt.Sprintf("%s %s %s\n", fs.FileMode(h.Mode), h.Name, data)
	}
	want := "-rw------- claviger-export.json {\"format\":1\n-rw------- records/a one\n-rw------- records/b two\n"
	if got != want {
		t.Fatalf("%s, want\n%s", got, want)
	}
}

func TestImportMerges(t *testing.T) {
	sealed := exported(t, map[string]string{"new": "n", "other": "theirs", "same": "s"})
	v, _, _ := fresh(t)
	put(t, v, "other", "mine")
	put(t, v, "same", "s")
	put(t, v, "untouched", "u")
	r, err := v.Import(t.Context(), bytes.NewReader(sealed), exportPassphrase, ImportOptions{})
	want := ImportReport{Added: []string{"new"}, Replaced: []string{}, Kept: []string{"other"}, Same: []string{"same"}}
	if diff := cmp.Diff(want, r); err != nil || diff != "" {
		t.Fatal(err, diff)
	}
	if diff := cmp.Diff(map[string]string{"new": "n", "other": "mine", "same": "s", "untouched": "u"}, contents(t, v)); diff != "" {
		t.Fatal(diff)
	}
	r, err = v.Import(t.Context(), bytes.NewReader(sealed), exportPassphrase, ImportOptions{Replace: true})
	want = ImportReport{Added: []string{}, Replaced: []string{"other"}, Kept: []string{}, Same: []string{"new", "same"}}
	if diff := cmp.Diff(want, r); err != nil || diff != "" {
		t.Fatal(err, diff)
	}
	if diff := cmp.Diff(map[string]string{"new": "n", "other": "theirs", "same": "s", "untouched": "u"}, contents(t, v)); diff != "" {
		t.Fatal(diff)
	}
}

// A damaged record makes room for the one of the export and is kept aside; one
// of a newer version stays.
func TestImportBesideDamage(t *testing.T) {
	sealed := exported(t, map[string]string{"broken": "good", "newer": "older"})
	v, _, _ := fresh(t)
	put(t, v, "broken", "x")
	put(t, v, "newer", "x")
	if err := os.WriteFile(v.files.recordPath("broken"), []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	newer, err := seal([]byte("claviger/2 newer\nx"), v.keys.key.recipient)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(v.files.recordPath("newer"), newer, 0o600); err != nil {
		t.Fatal(err)
	}
	// An export of this vault leaves neither out silently.
	var b bytes.Buffer
	out, err := v.Export(t.Context(), &b, exportPassphrase)
	if err != nil || out.Records != 0 || len(out.LeftOut) != 2 {
		t.Fatalf("%+v, %v", out, err)
	}
	r, err := v.Import(t.Context(), bytes.NewReader(sealed), exportPassphrase, ImportOptions{Replace: true})
	if diff := cmp.Diff([][]string{{"broken"}, {"newer"}}, [][]string{r.Added, r.Kept}); err != nil || diff != "" {
		t.Fatal(err, diff)
	}
	want(t, v, "broken", "good")
	if got := readAll(t, v.files.recordPath("newer")); !bytes.Equal(got, newer) {
		t.Fatal("a record of a newer version was touched")
	}
	if s := status(t, v); s.SetAside != 1 {
		t.Fatalf("%+v", s)
	}
}

// refused asserts that an import fails with target and changes nothing.
func refused(t *testing.T, v *Vault, input io.Reader, target error) {
	t.Helper()
	before := contents(t, v)
	r, err := v.Import(t.Context(), input, exportPassphrase, ImportOptions{
		Replace: true,
		Before:  func(context.Context) error { t.Error("input was taken for good"); return nil },
	})
	if !errors.Is(err, target) || len(r.Added)+len(r.Replaced) != 0 {
		t.Fatalf("%+v, %v; want %v", r, err, target)
	}
	if diff := cmp.Diff(before, contents(t, v)); diff != "" {
		t.Fatal(diff)
	}
}

func TestImportOfEveryDamage(t *testing.T) {
	v, _, _ := fresh(t)
	put(t, v, "a", "mine")
	sealed := exported(t, map[string]string{"a": "theirs", "b": strings.Repeat("b", 100)})
	for cut := range len(sealed) {
		if cut%7 == 0 || cut < 200 || cut > len(sealed)-100 {
			refused(t, v, bytes.NewReader(sealed[:cut]), ErrExport)
		}
	}
	for at := range sealed {
		if at%5 != 0 && at > 200 {
			continue
		}
		bad := bytes.Clone(sealed)
		bad[at] ^= 1
		_, err := v.Import(t.Context(), bytes.NewReader(bad), exportPassphrase, ImportOptions{Replace: true})
		if !errors.Is(err, ErrExport) && !errors.Is(err, ErrWrongPassphrase) {
			t.Fatalf("byte %d flipped: %v", at, err)
		}
	}
	refused(t, v, bytes.NewReader(append(bytes.Clone(sealed), 'x')), ErrExport)
	want(t, v, "a", "mine")
}

func TestImportOfForeignInput(t *testing.T) {
	v, _, _ := fresh(t)
	put(t, v, "a", "mine")
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	forKey, err := seal(archiveOf(t, goodHead), key.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	costly := bytes.Replace(sealedFor(t, archiveOf(t, goodHead), exportPassphrase), []byte(" 1\n"), []byte(" 30\n"), 1)
	good := entry{name: "records/a", data: "theirs"}
	inside := func(entries ...entry) []byte { return sealedFor(t, archiveOf(t, entries...), exportPassphrase) }
	for name, c := range map[string]struct {
		input []byte
		want  error
	}{
		"nothing":            {nil, ErrExport},
		"text":               {[]byte("hello, vault\n"), ErrExport},
		"a tar archive":      {archiveOf(t, goodHead, good), ErrExport},
		"for a key":          {forKey, ErrExport},
		"another passphrase": {sealedFor(t, archiveOf(t, goodHead, good), "another"), ErrWrongPassphrase},
		"a costly one":       {costly, ErrWork},
		"no archive":         {sealedFor(t, []byte("hello, vault\n"), exportPassphrase), ErrExport},
		"empty":              {sealedFor(t, nil, exportPassphrase), ErrExport},
		"no head":            {inside(good), ErrExport},
		"a head of rubbish":  {inside(entry{name: exportMark, data: "{"}, good), ErrExport},
		"format 0":           {inside(entry{name: exportMark, data: `{"format":0}`}, good), ErrExport},
		"format 2":           {inside(entry{name: exportMark, data: `{"format":2}`}, good), ErrNewerExport},
		"a large head":       {inside(entry{name: exportMark, data: strings.Repeat(" ", 1<<17)}), ErrTooLarge},
		"twice":              {inside(goodHead, good, good), ErrExport},
		"out of the folder":  {inside(goodHead, good, entry{name: "records/../../a", data: "x"}), ErrExport},
		"absolute":           {inside(goodHead, good, entry{name: "/etc/cron.d/a", data: "x"}), ErrExport},
		"Windows path":       {inside(goodHead, good, entry{name: `records/..\a`, data: "x"}), ErrExport},
		"device":             {inside(goodHead, good, entry{name: "records/nul", data: "x"}), ErrExport},
		"capitals":           {inside(goodHead, good, entry{name: "records/A", data: "x"}), ErrExport},
		"other file":         {inside(goodHead, good, entry{name: "key.age", data: "x"}), ErrExport},
		"symbolic link":      {inside(goodHead, good, entry{name: "records/b", kind: tar.TypeSymlink}), ErrExport},
		"hard link":          {inside(goodHead, good, entry{name: "records/b", kind: tar.TypeLink}), ErrExport},
		"folder":             {inside(goodHead, good, entry{name: "records/b/", kind: tar.TypeDir}), ErrExport},
		"a large record":     {inside(goodHead, good, entry{name: "records/b", size: MaxRecord + 1}), ErrTooLarge},
		"cut inside":         {inside(goodHead, good, entry{name: "records/b", data: "x", size: 5000}), ErrExport},
		"something after": {
			sealedFor(t, append(archiveOf(t, goodHead, good), []byte("more")...), exportPassphrase), ErrExport,
		},
	} {
		t.Run(name, func(t *testing.T) { refused(t, v, bytes.NewReader(c.input), c.want) })
	}
}

// endless gives the same bytes for ever after a start.
type endless struct{ start io.Reader }

// Read implements [io.Reader].
func (e endless) Read(p []byte) (int, error) {
	if n, _ := e.start.Read(p); n > 0 {
		return n, nil
	}
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

type broken struct{}

// Read implements [io.Reader].
func (broken) Read([]byte) (int, error) { return 0, fs.ErrPermission }

func TestImportOfEndlessInput(t *testing.T) {
	v, _, _ := fresh(t)
	put(t, v, "a", "mine")
	refused(t, v, endless{strings.NewReader("")}, ErrExport)
	refused(t, v, endless{strings.NewReader(ageMagic)}, ErrExport)
	refused(t, v, endless{bytes.NewReader(sealedFor(t, nil, exportPassphrase))}, ErrExport)
	refused(t, v, broken{}, fs.ErrPermission)
	bounded := &source{r: endless{strings.NewReader("")}, left: 100_000}
	if n, err := io.Copy(io.Discard, bounded); n != 100_000 || !errors.Is(err, ErrTooLarge) {
		t.Fatal(n, err)
	}
}

// TestTooMuch: records that are each small enough, and together too many bytes.
func TestTooMuch(t *testing.T) {
	r, w := io.Pipe()
	defer func() { _ = r.Close() }() // ends the writer
	go func() {
		archive := tar.NewWriter(w)
		err := addFile(archive, exportMark, []byte(goodHead.data), time.Time{})
		data := make([]byte, MaxRecord)
		for i := 0; err == nil; i++ {
			err = addFile(archive, fmt.Sprintf("%sr-%d", exportPrefix, i), data, time.Time{})
		}
	}()
	_, err := readArchive(r)
	wantErr(t, err, ErrTooLarge)
}

func TestTooManyRecords(t *testing.T) {
	entries := []entry{goodHead}
	for i := range maxExportRecords + 1 {
		entries = append(entries, entry{name: fmt.Sprintf("records/r-%d", i)})
	}
	v, _, _ := fresh(t)
	put(t, v, "a", "mine")
	refused(t, v, bytes.NewReader(sealedFor(t, archiveOf(t, entries...), exportPassphrase)), ErrTooLarge)
	all, err := readArchive(bytes.NewReader(archiveOf(t, entries[:maxExportRecords+1]...)))
	if err != nil || len(all) != maxExportRecords {
		t.Fatal(len(all), err)
	}
}

func TestExportNeedsAnOpenVault(t *testing.T) {
	v, _, _ := fresh(t)
	_, err := v.Export(t.Context(), io.Discard, exportPassphrase)
	wantErr(t, err, ErrNotSetUp)
	put(t, v, "a", "mine")
	sealed := exportOf(t, v)
	if _, err := v.Export(t.Context(), io.Discard, ""); err == nil {
		t.Fatal("an export without a passphrase")
	}
	_, err = v.Import(t.Context(), bytes.NewReader(sealed), "", ImportOptions{})
	wantErr(t, err, ErrWrongPassphrase)
	if err := v.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err = v.Export(t.Context(), io.Discard, exportPassphrase)
	wantErr(t, err, ErrLocked)
	_, err = v.Import(t.Context(), bytes.NewReader(sealed), exportPassphrase, ImportOptions{})
	wantErr(t, err, ErrLocked)
}

// An import waits for whoever works on a record, such as a refresh.
func TestImportHoldsTheRecord(t *testing.T) {
	sealed := exported(t, map[string]string{"a": "theirs"})
	v, _, _ := fresh(t)
	put(t, v, "a", "mine")
	release, err := v.LockRecord(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err = v.Import(ctx, bytes.NewReader(sealed), exportPassphrase, ImportOptions{
		Replace: true, Before: func(context.Context) error { cancel(); return nil },
	})
	wantErr(t, err, context.Canceled)
	want(t, v, "a", "mine")
	release()
	if _, err = v.Import(t.Context(), bytes.NewReader(sealed), exportPassphrase, ImportOptions{Replace: true}); err != nil {
		t.Fatal(err)
	}
	want(t, v, "a", "theirs")
}

// It really waits: until the record is free, nothing of it changes.
func TestImportWaitsForTheRecord(t *testing.T) {
	sealed := exported(t, map[string]string{"a": "theirs"})
	v, dir, ring := fresh(t)
	synctest.Test(t, func(t *testing.T) {
		put(t, v, "a", "mine")
		release, err := v.LockRecord(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		importer := open(t, dir, Options{Keyring: ring})
		go func() {
			_, err := importer.Import(t.Context(), bytes.NewReader(sealed), exportPassphrase, ImportOptions{Replace: true})
			done <- err
		}()
		synctest.Wait()
		want(t, v, "a", "mine")
		release()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		want(t, v, "a", "theirs")
	})
}

// FuzzImport imports archives of any content, some of them damaged after they
// were encrypted. Nothing but a whole export changes anything.
func FuzzImport(f *testing.F) {
	good := archiveOf(f, goodHead, entry{name: "records/a", data: "theirs"}, entry{name: "records/b", data: "b"})
	f.Add(good, 0, byte(0))
	f.Add(good, 150, byte(1))
	f.Add(archiveOf(f, goodHead, entry{name: "records/../x", data: "x"}), 0, byte(0))
	f.Add(archiveOf(f, entry{name: exportMark, data: `{"format":9}`}), 0, byte(0))
	f.Add(archiveOf(f, goodHead, entry{name: "records/a", data: "x"}, entry{name: "records/a", data: "y"}), 0, byte(0))
	f.Add(archiveOf(f, entry{name: "records/a", data: "x"}, goodHead), 0, byte(0))
	f.Add(archiveOf(f, goodHead, goodHead), 0, byte(0))
	f.Add(archiveOf(f, goodHead, entry{name: "records/" + strings.Repeat("a", 65), data: "x"}), 0, byte(0))
	f.Add(archiveOf(f, goodHead, entry{name: "/etc/passwd", data: "x"}), 0, byte(0))
	f.Add(archiveOf(f, goodHead, entry{name: "records/con", data: "x"}), 0, byte(0))
	f.Add(archiveOf(f, goodHead), 0, byte(0))
	f.Add([]byte{}, 0, byte(0))
	f.Add(append(bytes.Clone(good), "more"...), 0, byte(0))
	f.Add(good[:700], 0, byte(0))
	v, _, _ := fresh(f)
	put(f, v, "a", "mine")
	f.Fuzz(func(t *testing.T, plain []byte, at int, flip byte) {
		sealed := sealedFor(t, plain, exportPassphrase)
		damaged := flip != 0 && at >= 0 && at < len(sealed)
		if damaged {
			sealed[at] ^= flip
		}
		r, err := v.Import(t.Context(), bytes.NewReader(sealed), exportPassphrase, ImportOptions{Replace: true})
		if err != nil {
			known := errors.Is(err, ErrExport) || errors.Is(err, ErrNewerExport) || errors.Is(err, ErrTooLarge) || errors.Is(err, ErrWrongPassphrase)
			if !known || len(r.Added)+len(r.Replaced) != 0 {
				t.Fatal(r, err)
			}
			want(t, v, "a", "mine")
			return
		}
		if damaged {
			t.Fatal("damage was not noticed")
		}
		for _, name := range append(r.Added, r.Replaced...) {
			if _, err := v.Get(t.Context(), name); err != nil {
				t.Fatal(err)
			}
			if err := v.Delete(t.Context(), name); err != nil {
				t.Fatal(err)
			}
		}
		put(t, v, "a", "mine")
	})
}

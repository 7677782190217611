package vault

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// childVariable makes the test binary a child of a test.
const childVariable = "CLAVIGER_VAULT_TEST_CHILD"

func TestMain(m *testing.M) {
	if role := os.Getenv(childVariable); role != "" {
		if err := child(role, os.Getenv("CLAVIGER_VAULT_TEST_DIR")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// fileRing is a keyring that several test processes share.
type fileRing struct{ dir string }

func (r fileRing) Name() string { return "files" }

func (r fileRing) Get(_ context.Context, name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(r.dir, name))
}

func (r fileRing) Set(_ context.Context, name string, secret []byte) error {
	// In one step, as a keyring's daemon does it for a client that dies.
	temp := filepath.Join(r.dir, "ring-"+rand.Text())
	if err := os.WriteFile(temp, secret, 0o600); err != nil {
		return err
	}
	return os.Rename(temp, filepath.Join(r.dir, name))
}

func (r fileRing) Remove(_ context.Context, name string) error {
	return os.Remove(filepath.Join(r.dir, name))
}

// child is what the other processes do.
func child(role, dir string) error {
	ctx := context.Background()
	v, err := Open(filepath.Join(dir, "vault"), Options{Keyring: fileRing{dir}})
	if err != nil {
		return err
	}
	v.copies.workFactor = testFactor
	if role == "switch" {
		v.copies.own.source.path = keyIn(dir)
	}
	run, ok := map[string]func() error{
		"save":      func() error { return saveForEver(ctx, v) },
		"switch":    func() error { return switchForEver(ctx, v, dir) },
		"once":      func() error { return once(ctx, v) },
		"import":    func() error { return importOnce(ctx, v, filepath.Join(dir, "export.age")) },
		"imports":   func() error { return importForEver(ctx, v, dir) },
		"count":     func() error { return count(ctx, v) },
		"hold":      func() error { return holdUntilKilled(ctx, v) },
		"headless":  func() error { return headless(ctx, dir) },
		"limited":   func() error { return limited(ctx, v) },
		"gnome":     func() error { return gnome(ctx, dir) },
		"unwatched": func() error { return unwatched(ctx, v) },
	}[role]
	if !ok {
		return errors.New("unknown role")
	}
	return run()
}

// saveForEver reports each save that is done.
func saveForEver(ctx context.Context, v *Vault) error {
	for i := 0; ; i++ {
		data := fmt.Sprintf("%d:%s", i, strings.Repeat("x", 100_000))
		if err := v.Put(ctx, "a", []byte(data)); err != nil {
			return err
		}
		fmt.Println(i)
	}
}

// keyIn is the key file of switchForEver, which stays once it is there.
func keyIn(dir string) string { return filepath.Join(dir, "keys", "key") }

// switchForEver changes the protection, and the passphrase, which is always one
// of two.
func switchForEver(ctx context.Context, v *Vault, dir string) error {
	if err := unlockEither(ctx, v); err != nil {
		return err
	}
	fmt.Println("go")
	for {
		i := mathrand.IntN(6)
		if i == 5 {
			if err := v.KeyToFile(ctx, keyIn(dir)); err != nil {
				return err
			}
			continue
		}
		p := []Protection{Keyring, Passphrase, Both, Passphrase, Both}[i]
		if err := v.Protect(ctx, p, []string{"", "horse", "horse", "goat", "goat"}[i]); err != nil {
			return err
		}
	}
}

// unlockEither unlocks with one of the two passphrases of switchForEver.
func unlockEither(ctx context.Context, v *Vault) error {
	err := v.Unlock(ctx, "horse")
	if errors.Is(err, ErrWrongPassphrase) {
		err = v.Unlock(ctx, "goat")
	}
	return err
}

// once waits for a line, so that all start together.
func once(ctx context.Context, v *Vault) error {
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}
	return v.Put(ctx, fmt.Sprintf("r-%d", os.Getpid()), []byte("x"))
}

func count(ctx context.Context, v *Vault) error {
	for range 20 {
		if err := addOne(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

func holdUntilKilled(ctx context.Context, v *Vault) error {
	if _, err := v.LockRecord(ctx, "a"); err != nil {
		return err
	}
	fmt.Println("held")
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// addOne reads, adds one and writes.
func addOne(ctx context.Context, v *Vault) error {
	release, err := v.LockRecord(ctx, "n")
	if err != nil {
		return err
	}
	defer release()
	n := 0
	b, err := v.Get(ctx, "n")
	if err == nil {
		err = json.Unmarshal(b, &n)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return v.Put(ctx, "n", fmt.Append(nil, n+1))
}

// process is a child with its pipes.
type process struct {
	*exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
	err *strings.Builder
}

func spawn(t testing.TB, role, dir string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0]), err: &strings.Builder{}}
	p.Env = append(os.Environ(), childVariable+"="+role, "CLAVIGER_VAULT_TEST_DIR="+dir)
	p.Stderr = p.err
	in, err := p.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.in, p.out = in, bufio.NewReader(out)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	return p
}

func (p *process) line(t testing.TB) string {
	t.Helper()
	s, err := p.out.ReadString('\n')
	if err != nil {
		t.Fatalf("child: %v: %s", err, p.err)
	}
	return strings.TrimSpace(s)
}

func (p *process) finish(t testing.TB) {
	t.Helper()
	_ = p.in.Close()
	rest, _ := io.ReadAll(p.out)
	if err := p.Wait(); err != nil {
		t.Fatalf("child: %v: %s%s", err, rest, p.err)
	}
}

// kills is how often a test kills: 1,000 times in script/soak.
func kills(usual int) int {
	if os.Getenv("CLAVIGER_SOAK") != "" {
		return 1000
	}
	return usual
}

// nothingLeft makes what a crash left behind old, does what a person would do
// next, and looks for files that should not be there.
func nothingLeft(t *testing.T, dir string, v *Vault) {
	t.Helper()
	left := temporary(t, dir)
	past := time.Now().Add(-time.Hour)
	for _, path := range left {
		if err := os.Chtimes(path, past, past); err != nil {
			t.Fatal(err)
		}
	}
	v.swept.Store(false) // a new start of the program
	put(t, v, "next", "x")
	if still := temporary(t, dir); len(still) > 0 {
		t.Fatalf("left for ever: %d of %d temporary files", len(still), len(left))
	}
	t.Logf("%d temporary files were left by kills, and removed by the next save", len(left))
}

func temporary(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(filepath.Join(dir, "vault"), func(path string, _ fs.DirEntry, err error) error {
		if strings.HasPrefix(filepath.Base(path), tempPrefix) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// atRandom waits for a moment that no test can choose: kill -9 comes at any
// instruction.
func atRandom(most time.Duration) { <-time.After(mathrand.N(most)) }

// Killed in the middle of saves, again and again: the last save that was
// reported is there, or a later one, whole.
func TestKilledWhileSaving(t *testing.T) {
	dir := t.TempDir()
	kills := kills(30)
	v := open(t, filepath.Join(dir, "vault"), Options{Keyring: fileRing{dir}})
	for i := range kills {
		p := spawn(t, "save", dir)
		for range i%4 + 1 {
			p.line(t)
		}
		atRandom(10 * time.Millisecond)
		_ = p.Process.Kill()
		rest, _ := io.ReadAll(p.out)
		_ = p.Wait()
		last := i % 4
		if done := strings.Fields(string(rest)); len(done) > 0 {
			_, _ = fmt.Sscan(done[len(done)-1], &last)
		}
		got, err := v.Get(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		n, body, _ := strings.Cut(string(got), ":")
		var saved int
		if _, err := fmt.Sscan(n, &saved); err != nil || saved < last || len(body) != 100_000 {
			t.Fatalf("record %s (%d bytes) after save %d was reported: %v", n, len(body), last, err)
		}
	}
	nothingLeft(t, dir, v)
}

// The key is always somewhere, whatever the protection was changed from and to,
// and no copy of it is left where it should not be.
func TestKilledWhileSwitching(t *testing.T) {
	dir := t.TempDir()
	put(t, open(t, filepath.Join(dir, "vault"), Options{Keyring: fileRing{dir}}), "a", "x")
	if err := os.Mkdir(filepath.Dir(keyIn(dir)), 0o700); err != nil {
		t.Fatal(err)
	}
	for range kills(30) {
		p := spawn(t, "switch", dir)
		p.line(t)
		v := open(t, filepath.Join(dir, "vault"), Options{Keyring: fileRing{dir}, KeyFile: keyIn(dir)})
		for range 3 {
			_ = unlockEither(t.Context(), v) // meanwhile; may meet the change
		}
		atRandom(10 * time.Millisecond)
		_ = p.Process.Kill()
		_ = p.Wait()
		after := open(t, filepath.Join(dir, "vault"), Options{Keyring: fileRing{dir}, KeyFile: keyIn(dir)})
		if err := unlockEither(t.Context(), after); err != nil {
			t.Fatal(err)
		}
		want(t, after, "a", "x")
		oneKey(t, dir, after)
	}
	v := open(t, filepath.Join(dir, "vault"), Options{Keyring: fileRing{dir}, KeyFile: keyIn(dir)})
	if err := unlockEither(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, dir, v)
	if err := v.Protect(t.Context(), Passphrase, "last"); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"vault-*", "canary-*"} {
		if items, _ := filepath.Glob(filepath.Join(dir, pattern)); len(items) != 0 {
			t.Fatal("still in the keyring:", items)
		}
	}
}

// oneKey fails if a copy of the key is where the protection does not say.
func oneKey(t *testing.T, dir string, v *Vault) {
	t.Helper()
	m, err := v.files.readMeta()
	if err != nil || m.Pending != None {
		t.Fatalf("%+v, %v", m, err)
	}
	for path, p := range map[string]Protection{
		v.files.path(keyFile): Passphrase, filepath.Join(dir, itemName(m, Keyring)): Keyring, filepath.Join(dir, itemName(m, Both)): Both,
	} {
		if _, err := os.Stat(path); err == nil && p != m.Protection {
			t.Fatalf("a copy of the key for %q is there under %q", p, m.Protection)
		}
	}
}

// Several first starts at once make one key.
func TestSetupRace(t *testing.T) {
	dir := t.TempDir()
	var all []*process
	for range 6 {
		all = append(all, spawn(t, "once", dir))
	}
	for _, p := range all {
		_, _ = io.WriteString(p.in, "\n")
	}
	for _, p := range all {
		p.finish(t)
	}
	keys, _ := filepath.Glob(filepath.Join(dir, "vault-*"))
	r, err := open(t, filepath.Join(dir, "vault"), Options{Keyring: fileRing{dir}}).Check(t.Context())
	if err != nil || len(keys) != 1 || r.Good != len(all) || len(r.Damaged) != 0 {
		t.Fatalf("keys %v, %+v, %v", keys, r, err)
	}
}

func TestLockRecordAcrossProcesses(t *testing.T) {
	dir := t.TempDir()
	v := open(t, filepath.Join(dir, "vault"), Options{Keyring: fileRing{dir}})
	var all []*process
	for range 3 {
		all = append(all, spawn(t, "count", dir))
	}
	for range 20 {
		if err := addOne(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range all {
		p.finish(t)
	}
	want(t, v, "n", "80")

	p := spawn(t, "hold", dir)
	p.line(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancelled := make(chan error, 1)
	go func() {
		_, err := v.LockRecord(ctx, "a")
		cancelled <- err
	}()
	cancel()
	wantErr(t, <-cancelled, context.Canceled)
	if f, err := tryFile(v.files.path(locksDir, "a.lock")); f != nil || err != nil {
		t.Fatal("the lock of another process was taken", err)
	}
	_ = p.Process.Kill()
	_ = p.Wait()
	release, err := v.LockRecord(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	release()
	release()
}

// headless finds no keyring, and hands nothing odd on to children.
func headless(ctx context.Context, dir string) error {
	v, err := Open(filepath.Join(dir, "vault"), Options{})
	if err != nil {
		return err
	}
	if err := v.Put(ctx, "a", nil); !errors.Is(err, ErrNoKeyring) {
		return fmt.Errorf("put without a keyring: %w", err)
	}
	if a := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); a != "" {
		return errors.New("the environment was left changed")
	}
	return nil
}

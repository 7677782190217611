package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"time"
)

// Protection says where the key is kept.
type Protection string

// The protections.
const (
	// None means that the vault is not set up yet.
	None Protection = ""
	// Keyring means the keyring of the operating system.
	Keyring Protection = "keyring"
	// Passphrase means wrapped with a passphrase, in the vault's folder.
	Passphrase Protection = "passphrase"
	// Both means wrapped with a passphrase, in the keyring: it takes the
	// keyring and the passphrase, and the folder alone gives nothing to guess at.
	Both Protection = "both"
	// File means an age identity file of the person's choice, in clear, which
	// [Options.KeyFile] names: whoever can read it can open the vault.
	File Protection = "file"
)

// NeedsPassphrase reports whether unlocking takes a passphrase.
func (p Protection) NeedsPassphrase() bool { return p == Passphrase || p == Both }

// UsesKeyring reports whether unlocking takes the keyring.
func (p Protection) UsesKeyring() bool { return p == Keyring || p == Both }

// Options of [Open]. Zero values are usable.
type Options struct {
	// Keyring holds the key; nil is the system's own.
	Keyring KeyStore
	// KeyringTimeout bounds each call to it; zero is 10 seconds.
	KeyringTimeout time.Duration
	// AskPassphrase, where set, is called when a passphrase is needed and none
	// was given to [Vault.Unlock]. It may block. An error leaves the vault locked.
	AskPassphrase func(ctx context.Context) (string, error)
	// KeyFile is the path of the file with the key of a vault that is protected
	// by [File]; "" is none. Where it is set, a new vault is set up with it. The
	// vault never remembers it: whoever could write there could redirect it.
	KeyFile string
	// KeyFileIsCredential means that the service manager made KeyFile for this
	// process alone: it may belong to the superuser then, and its group may seem
	// to read it.
	KeyFileIsCredential bool
	// UseIsTold is for a program that works on while nobody uses it: what it
	// does to records does not put off the lock of [Vault.LockAfter], only
	// [Vault.Used] does.
	UseIsTold bool
	// InsecureWorkFactor, where set, is the base-2 logarithm of scrypt's cost for
	// passphrases that this vault sets, instead of 17. It is for tests, which start
	// many programs on one vault: a guess at the passphrase costs as little.
	InsecureWorkFactor int
	// Waiting, where set, is called when a lock that another process holds is
	// waited for since 2 seconds, once a wait, by whatever goroutine waits.
	Waiting func(Holder)
	// Now is the clock; nil is [time.Now].
	Now func() time.Time
}

// Vault is a folder of encrypted records. It is safe for concurrent use, by
// goroutines and processes.
type Vault struct {
	dir        string
	o          Options
	ring       *boundedStore
	disk       disk
	workFactor int
	// loading is held while the key is fetched.
	loading chan struct{}
	// done is closed by Close.
	done chan struct{}

	mu     sync.Mutex
	key    *key
	source keySource
	closed bool
	// generation counts how often the key was dropped.
	generation int
	turns      map[string]*turn
	lastMeta   readBefore
	proven     provenCopy
	// idling looks whether it is time for [Vault.LockAfter]; nil is not set.
	idling *time.Timer
	// swept is whether leftovers of a crash were looked for.
	swept bool
}

var errClosed = fmt.Errorf("vault: %w", fs.ErrClosed)

// Open returns the vault in dir. It touches neither disk nor keyring before
// the first use; dir is made (0700) when the first record is put.
func Open(dir string, o Options) (*Vault, error) {
	if dir == "" {
		return nil, errors.New("vault: no folder given")
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	if o.KeyFile != "" {
		if o.KeyFile, err = filepath.Abs(o.KeyFile); err != nil {
			return nil, fmt.Errorf("vault: %w", err)
		}
	}
	if o.Keyring == nil {
		o.Keyring = newSystemStore()
	}
	if o.KeyringTimeout <= 0 {
		o.KeyringTimeout = 10 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.InsecureWorkFactor <= 0 {
		o.InsecureWorkFactor = workFactor
	}
	return &Vault{
		dir:        abs,
		o:          o,
		ring:       newBoundedStore(o.Keyring, o.KeyringTimeout),
		workFactor: o.InsecureWorkFactor,
		loading:    make(chan struct{}, 1),
		done:       make(chan struct{}),
		turns:      map[string]*turn{},
		source:     keySource{o.KeyFile, o.KeyFileIsCredential},
	}, nil
}

// Close drops the key and ends watching.
func (v *Vault) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.key = nil
	v.generation++
	v.stopIdling()
	if !v.closed {
		v.closed = true
		close(v.done)
	}
	return nil
}

// begin is the start of each operation.
func (v *Vault) begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed {
		return errClosed
	}
	return nil
}

// Unlock opens the vault, for all processes: it removes the mark that Lock
// leaves. The passphrase is ignored by a protection that has none.
func (v *Vault) Unlock(ctx context.Context, passphrase string) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	m, err := v.readMeta()
	if err != nil {
		return err
	}
	if passphrase == "" && !v.marked() && v.inMemory(m) != nil {
		return nil
	}
	select {
	case v.loading <- struct{}{}:
		defer func() { <-v.loading }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if _, err := v.load(ctx, m, passphrase); err != nil {
		return err
	}
	return v.unmark(ctx, m)
}

// Lock drops the key from memory and leaves a mark in the folder, so that
// every other process drops it too and asks for Unlock. What [Vault.UnlockFor]
// left with the kernel is gone at once.
func (v *Vault) Lock(ctx context.Context) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	v.drop()
	m, err := v.readMeta()
	if err != nil {
		return err
	}
	return v.mark(m)
}

// mark locks the vault for every process.
func (v *Vault) mark(m meta) error {
	now := v.o.Now().UTC().Format(time.RFC3339)
	err := v.disk.save(v.path(markFile), []byte(now+"\n"), nil)
	v.drop() // one that was loaded before the mark was there
	return errors.Join(err, forgetKept(m))
}

// List returns the names of the records, sorted; it decrypts nothing.
func (v *Vault) List(ctx context.Context) ([]string, error) {
	if err := v.begin(ctx); err != nil {
		return nil, err
	}
	if err := v.lookDirs(); err != nil {
		return nil, err
	}
	return v.names()
}

// Get returns a record. A damaged one is set aside and told by an error
// wrapping [ErrDamaged]; one that is not there wraps [io/fs.ErrNotExist].
func (v *Vault) Get(ctx context.Context, name string) ([]byte, error) {
	if err := v.begin(ctx); err != nil {
		return nil, err
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	if err := v.lookDirs(); err != nil {
		return nil, err
	}
	sealed, err := readFile(v.recordPath(name), maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, notFound(name)
	}
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", name, err)
	}
	k, err := v.unlockedHere(ctx)
	if err != nil {
		return nil, err
	}
	data, err := openRecord(name, sealed, k.identity)
	if errors.Is(err, ErrDamaged) {
		return v.setAside(ctx, name, k)
	}
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", name, err)
	}
	return data, nil
}

// Put stores a record: atomic, and durable when it returns. Its cost does not
// depend on the number of records.
func (v *Vault) Put(ctx context.Context, name string, data []byte) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	if err := checkName(name); err != nil {
		return err
	}
	if len(data) > MaxRecord {
		return fmt.Errorf("record %s: %w: %d bytes", name, ErrTooLarge, len(data))
	}
	k, err := v.unlocked(ctx)
	if errors.Is(err, ErrNotSetUp) {
		if err := v.Setup(ctx, ""); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		k, err = v.unlocked(ctx)
	}
	if err != nil {
		return err
	}
	if err := v.makeDirs(recordsDir); err != nil {
		return err
	}
	sealed, err := seal(encodeRecord(name, data), k.recipient)
	if err != nil {
		return err
	}
	err = v.disk.save(v.recordPath(name), sealed, func(rename func() error) error {
		return v.publish(ctx, rename)
	})
	if err != nil {
		return fmt.Errorf("record %s: %w", name, err)
	}
	v.sweep()
	return nil
}

// sweep removes the leftovers of crashes, once in the life of a process, so
// that they do not wait for somebody to call [Vault.Check].
func (v *Vault) sweep() {
	v.mu.Lock()
	swept := v.swept
	v.swept = true
	v.mu.Unlock()
	if swept {
		return
	}
	for _, dir := range []string{v.dir, v.path(recordsDir)} {
		if names, err := namesIn(dir); err == nil {
			removeLeftovers(dir, names, v.o.Now())
		}
	}
}

// writeLock is held while a record takes its place, so that a good one never
// takes the place of a damaged one that is just being set aside.
const writeLock = "_write"

func (v *Vault) publish(ctx context.Context, rename func() error) error {
	release, err := v.hold(ctx, writeLock)
	if stoppedHolder(err) {
		// What is to be stored may be the only good token: losing it is worse than
		// that the stopped process, once it goes on, may set a good record aside.
		return rename()
	}
	if err != nil {
		return err
	}
	defer release()
	return rename()
}

// Delete removes a record. One that is not there is no error. It needs no key.
func (v *Vault) Delete(ctx context.Context, name string) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	if err := checkName(name); err != nil {
		return err
	}
	if err := v.lookDirs(); err != nil {
		return err
	}
	if err := v.disk.remove(v.recordPath(name)); err != nil {
		return fmt.Errorf("record %s: %w", name, err)
	}
	return nil
}

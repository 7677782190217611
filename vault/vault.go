package vault

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"time"
)

// Vault is a folder of encrypted records. It is safe for concurrent use, by
// goroutines and processes.
type Vault struct {
	o      Options
	files  *folder
	locks  *locks
	copies *copies
	keys   *keyholder
	// done is closed by Close.
	done chan struct{}
	// swept says whether leftovers of a crash were looked for.
	swept atomic.Bool
}

// Open returns the vault in dir. It touches neither disk nor keyring before the
// first use; the first Put makes dir (0700).
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
	files := &folder{dir: abs, now: o.Now, disk: disk{readOnly: o.ReadOnly}}
	l := &locks{files: files, waiting: o.Waiting, turns: map[string]*turn{}}
	c := &copies{
		files:      files,
		ring:       newBoundedStore(o.Keyring, o.KeyringTimeout),
		own:        &ownFile{files: files, source: keySource{o.KeyFile, o.KeyFileIsCredential}},
		workFactor: o.InsecureWorkFactor,
		prompt:     o.AskPassphrase,
	}
	return &Vault{
		o: o, files: files, locks: l, copies: c,
		keys: &keyholder{files: files, locks: l, copies: c, useIsTold: o.UseIsTold, loading: make(chan struct{}, 1)},
		done: make(chan struct{}),
	}, nil
}

// Close drops the key and ends watching.
func (v *Vault) Close() error {
	if v.keys.close() {
		close(v.done)
	}
	return nil
}

// begin starts each operation.
func (v *Vault) begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return v.keys.lookOpen()
}

// LockRecord waits until this caller holds name, against goroutines and
// processes, or ctx ends. If a stopped process holds it, the wait lasts only a
// few seconds. The error of a wait for another process is a [*HeldError].
// The system releases it if the process dies. Calling release twice is harmless.
func (v *Vault) LockRecord(ctx context.Context, name string) (release func(), err error) {
	if err := v.begin(ctx); err != nil {
		return nil, err
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	return v.locks.hold(ctx, name)
}

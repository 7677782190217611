package vault

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/claviger/claviger/internal/bus"
)

// busPatience is how long the bus may take for its first answer. A working one takes a
// millisecond.
const busPatience = 2 * time.Second

// systemStore is the freedesktop.org Secret Service: gnome-keyring, KWallet
// since 5.97, KeePassXC.
type systemStore struct {
	mu sync.Mutex
	// program serves it; "" if unknown.
	program string
	// prompting is whether the default collection was locked or missing when
	// last seen, so that a person is being asked.
	prompting bool
}

// newSystemStore returns the keyring of the operating system.
func newSystemStore() KeyStore { return &systemStore{} }

// Name implements [KeyStore].
func (s *systemStore) Name() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.program == "" {
		return "Secret Service"
	}
	return "Secret Service (" + s.program + ")"
}

// Prompting reports whether a person is being asked to unlock the keyring.
func (s *systemStore) Prompting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.prompting
}

// Probe says why the service cannot be used, without a dialog.
func (s *systemStore) Probe(ctx context.Context) error {
	conn, err := session(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // nothing is under way
	if _, err := s.look(ctx, conn); err != nil {
		return err
	}
	if s.Prompting() {
		return ErrKeyringLocked
	}
	return nil
}

// Asleep reports whether no service runs and the bus would start one (D-Bus
// specification, "Message Bus Starting Services").
func (s *systemStore) Asleep(ctx context.Context) (bool, error) {
	conn, err := session(ctx)
	if err != nil {
		return false, err
	}
	defer func() { _ = conn.Close() }() // nothing is under way
	var running bool
	if err := conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, secretsName).Store(&running); err != nil || running {
		return false, err
	}
	var startable []string
	err = conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.ListActivatableNames", 0).Store(&startable)
	return slices.Contains(startable, secretsName), err
}

// session connects to the bus. The connection outlives ctx: a dialog that waits for a
// person goes away with it.
func session(ctx context.Context) (*dbus.Conn, error) {
	conn, err := bus.Connect(context.WithoutCancel(ctx), busPatience)
	switch {
	case errors.Is(err, bus.ErrLate):
		return nil, fmt.Errorf("%w: the D-Bus session accepts connections but does not respond", ErrKeyringHangs)
	case err != nil:
		return nil, fmt.Errorf("%w: there is no D-Bus session", ErrNoKeyring)
	}
	return conn, nil
}

// look finds the default collection, "" if there is none, and whether it is locked.
func (s *systemStore) look(ctx context.Context, conn *dbus.Conn) (dbus.ObjectPath, error) {
	var found dbus.ObjectPath
	err := conn.Object(secretsName, secretsPath).
		CallWithContext(ctx, secretsIface+"Service.ReadAlias", 0, "default").Store(&found)
	if err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("%w: no Secret Service on the D-Bus session", ErrNoKeyring)
	}
	named := strings.HasPrefix(string(found), string(secretsPath)+"/collection/")
	if !named {
		found = secretsPath + "/collection/login"
	}
	locked, err := isLocked(ctx, conn, found, "Collection")
	switch {
	case err != nil && named:
		return "", s.problem(err)
	case err != nil:
		found, locked = "", true
	}
	program := programOf(ctx, conn)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prompting, s.program = locked, program
	return found, nil
}

// problem distinguishes a keyring that stayed locked from a broken one.
func (s *systemStore) problem(err error) error {
	answer, ok := errors.AsType[dbus.Error](err)
	if ok && answer.Name == secretsIface+"Error.IsLocked" || s.Prompting() {
		return fmt.Errorf("%w: %w", ErrKeyringLocked, err)
	}
	return err
}

// programOf names the program behind the service, "" if unknown.
func programOf(ctx context.Context, conn *dbus.Conn) string {
	var pid uint32
	err := conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.GetConnectionUnixProcessID", 0, secretsName).Store(&pid)
	if err != nil {
		return ""
	}
	b, err := os.ReadFile("/proc/" + strconv.FormatUint(uint64(pid), 10) + "/comm")
	if err != nil {
		return ""
	}
	name := strings.TrimSpace(string(b))
	if strings.HasPrefix(name, "gnome-keyring-d") { // the kernel cuts it
		return "gnome-keyring"
	}
	return name
}

// ringItem is what an item holds: the form of the library that was used before.
type ringItem struct {
	Key, Label, Description string
	Data                    []byte
}

// Get implements [KeyStore].
func (s *systemStore) Get(ctx context.Context, name string) (secret []byte, err error) {
	err = s.use(ctx, func(c *collection) error {
		item, err := c.find(ctx, name)
		if err != nil {
			return err
		}
		value, err := c.read(ctx, item)
		if err != nil {
			return err
		}
		defer clear(value)
		var held ringItem
		if json.Unmarshal(value, &held) != nil {
			return errors.New("the item is not one of ours") // the cause could quote it
		}
		secret = held.Data
		return nil
	})
	return secret, err
}

// Set implements [KeyStore].
func (s *systemStore) Set(ctx context.Context, name string, secret []byte) error {
	value, err := json.Marshal(ringItem{
		Key: name, Data: secret, Label: "Claviger vault", Description: "Key of the vault with the remembered accounts",
	})
	if err != nil {
		return err
	}
	defer clear(value)
	return s.use(ctx, func(c *collection) error { return c.store(ctx, name, value) })
}

// Remove implements [KeyStore].
func (s *systemStore) Remove(ctx context.Context, name string) error {
	return s.use(ctx, func(c *collection) error {
		item, err := c.find(ctx, name)
		if err != nil {
			return err
		}
		return c.remove(ctx, item)
	})
}

// use hands the default collection to f, on a connection of its own.
func (s *systemStore) use(ctx context.Context, f func(*collection) error) error {
	conn, err := session(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // what it was for is done
	path, err := s.look(ctx, conn)
	if err != nil {
		return err
	}
	err = f(&collection{conn: conn, path: path})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		err = s.problem(err)
	}
	return err
}

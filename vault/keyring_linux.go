package vault

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/99designs/keyring"
	"github.com/godbus/dbus"

	"github.com/claviger/claviger/vault/internal/nolaunch"
)

// backendName is for people.
const backendName = "Secret Service"

// The Secret Service's names on the bus.
const (
	secretsName     = "org.freedesktop.secrets"
	secretsPath     = dbus.ObjectPath("/org/freedesktop/secrets")
	secretsService  = "org.freedesktop.Secret.Service"
	collectionIface = "org.freedesktop.Secret.Collection"
	isLockedError   = "org.freedesktop.Secret.Error.IsLocked"
)

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

// Name implements [KeyStore].
func (s *systemStore) Name() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.program == "" {
		return backendName
	}
	return backendName + " (" + s.program + ")"
}

// Prompting reports whether a person is being asked to unlock the keyring.
func (s *systemStore) Prompting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.prompting
}

// Probe says why the service cannot be used, without a dialog.
func (s *systemStore) Probe(ctx context.Context) error {
	if _, err := s.look(ctx); err != nil {
		return err
	}
	if s.Prompting() {
		return ErrKeyringLocked
	}
	return nil
}

// open opens the default collection. The library by itself would make a
// collection of its own, for which a person would have to invent a password.
func (s *systemStore) open(ctx context.Context) (keyring.Keyring, error) {
	collection, err := s.look(ctx)
	if err != nil {
		return nil, err
	}
	c := ringConfig(keyring.SecretServiceBackend)
	c.LibSecretCollectionName = collection
	return openRing(c)
}

// Asleep reports whether no service runs and the bus would start one (D-Bus
// specification, "Message Bus Starting Services").
func (s *systemStore) Asleep(ctx context.Context) (bool, error) {
	bus, err := session()
	if err != nil {
		return false, err
	}
	var running bool
	if err := bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, secretsName).Store(&running); err != nil || running {
		return false, err
	}
	var startable []string
	err = bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.ListActivatableNames", 0).Store(&startable)
	return slices.Contains(startable, secretsName), err
}

// session is the bus that the library connected to.
func session() (*dbus.Conn, error) {
	if nolaunch.Silent() {
		// The library was kept from connecting and cannot be made to try again.
		return nil, fmt.Errorf("%w: the D-Bus session accepts connections but does not respond", ErrKeyringHangs)
	}
	if !slices.Contains(keyring.AvailableBackends(), keyring.SecretServiceBackend) {
		return nil, fmt.Errorf("%w: there is no D-Bus session", ErrNoKeyring)
	}
	bus, err := dbus.SessionBus()
	if err != nil {
		return nil, fmt.Errorf("%w: there is no D-Bus session", ErrNoKeyring)
	}
	return bus, nil
}

// look finds the default collection and whether it is locked.
func (s *systemStore) look(ctx context.Context) (string, error) {
	bus, err := session()
	if err != nil {
		return "", err
	}
	var found dbus.ObjectPath
	err = bus.Object(secretsName, secretsPath).
		CallWithContext(ctx, secretsService+".ReadAlias", 0, "default").Store(&found)
	if err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("%w: no Secret Service on the D-Bus session", ErrNoKeyring)
	}
	locked, name := true, "login"
	if strings.HasPrefix(string(found), string(secretsPath)+"/collection/") {
		name = unescape(path.Base(string(found)))
		var value dbus.Variant
		err := bus.Object(secretsName, found).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0,
			collectionIface, "Locked").Store(&value)
		if err != nil {
			return "", s.problem(err)
		}
		locked, _ = value.Value().(bool)
	}
	program := programOf(ctx, bus)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prompting, s.program = locked, program
	return name, nil
}

// problem distinguishes a keyring that stayed locked from a broken one.
func (s *systemStore) problem(err error) error {
	var answer dbus.Error
	var pointer *dbus.Error
	locked := errors.As(err, &answer) && answer.Name == isLockedError ||
		errors.As(err, &pointer) && pointer.Name == isLockedError
	if locked || s.Prompting() {
		return fmt.Errorf("%w: %w", ErrKeyringLocked, err)
	}
	return err
}

// programOf names the program behind the service, "" if unknown.
func programOf(ctx context.Context, bus *dbus.Conn) string {
	var pid uint32
	err := bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.GetConnectionUnixProcessID", 0, secretsName).Store(&pid)
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

// unescape undoes the _xx of object paths, as the library does before it
// compares names.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '_' && i+2 < len(s) {
			if c, err := hex.DecodeString(s[i+1 : i+3]); err == nil {
				b.Write(c)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

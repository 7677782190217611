package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/godbus/dbus/v5"
)

// The names of the Secret Service (specification of freedesktop.org, 0.2) on the bus.
const (
	secretsName  = "org.freedesktop.secrets"
	secretsPath  = dbus.ObjectPath("/org/freedesktop/secrets")
	secretsIface = "org.freedesktop.Secret."
	noPath       = dbus.ObjectPath("/") // in place of one
)

// collection is a keyring of the Secret Service.
type collection struct {
	conn *dbus.Conn
	path dbus.ObjectPath // "" if it must be made first
}

// secretValue is a secret as it is on the bus, which is the person's own.
type secretValue struct {
	Session    dbus.ObjectPath
	Parameters []byte
	Value      []byte
	Type       string
}

func (c *collection) call(ctx context.Context, of dbus.ObjectPath, method string, args ...any) *dbus.Call {
	return c.conn.Object(secretsName, of).CallWithContext(ctx, secretsIface+method, 0, args...)
}

// attributes tell one item from another: those of the library that was used before.
func attributes(name string) map[string]string { return map[string]string{"profile": name} }

// find finds an item, and has it unlocked.
func (c *collection) find(ctx context.Context, name string) (dbus.ObjectPath, error) {
	var items []dbus.ObjectPath
	if c.path != "" {
		if err := c.call(ctx, c.path, "Collection.SearchItems", attributes(name)).Store(&items); err != nil {
			return "", err
		}
	}
	if len(items) == 0 {
		return "", fmt.Errorf("keyring item: %w", fs.ErrNotExist)
	}
	return items[0], c.unlock(ctx, items[0], "Item")
}

// read is the secret of an item.
func (c *collection) read(ctx context.Context, item dbus.ObjectPath) ([]byte, error) {
	session, err := c.session(ctx)
	if err != nil {
		return nil, err
	}
	var secret secretValue
	err = c.call(ctx, item, "Item.GetSecret", session).Store(&secret)
	return secret.Value, err
}

// store makes an item, or replaces it.
func (c *collection) store(ctx context.Context, name string, value []byte) error {
	session, err := c.session(ctx)
	if err != nil {
		return err
	}
	if c.path == "" {
		// Made by the service's own name, it is the one that opens with the log-in.
		properties := map[string]dbus.Variant{secretsIface + "Collection.Label": dbus.MakeVariant("login")}
		if c.path, err = c.made(c.call(ctx, secretsPath, "Service.CreateCollection", properties, "default")); err != nil {
			return err
		}
	}
	if err := c.unlock(ctx, c.path, "Collection"); err != nil {
		return err
	}
	_, err = c.made(c.call(ctx, c.path, "Collection.CreateItem", map[string]dbus.Variant{
		secretsIface + "Item.Label":      dbus.MakeVariant(name),
		secretsIface + "Item.Attributes": dbus.MakeVariant(attributes(name)),
	}, secretValue{Session: session, Parameters: []byte{}, Value: value, Type: "application/json"}, true))
	return err
}

// remove removes an item.
func (c *collection) remove(ctx context.Context, item dbus.ObjectPath) error {
	var prompt dbus.ObjectPath
	if err := c.call(ctx, item, "Item.Delete").Store(&prompt); err != nil {
		return err
	}
	_, err := c.prompted(prompt)
	return err
}

// session is what secrets are handed over in; it ends with the connection.
func (c *collection) session(ctx context.Context) (dbus.ObjectPath, error) {
	var output dbus.Variant
	var path dbus.ObjectPath
	err := c.call(ctx, secretsPath, "Service.OpenSession", "plain", dbus.MakeVariant("")).Store(&output, &path)
	return path, err
}

// unlock has the person unlock an object of a kind, if it is locked.
func (c *collection) unlock(ctx context.Context, object dbus.ObjectPath, kind string) error {
	locked, err := isLocked(ctx, c.conn, object, kind)
	if err != nil || !locked {
		return err
	}
	var unlocked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	if err := c.call(ctx, secretsPath, "Service.Unlock", []dbus.ObjectPath{object}).Store(&unlocked, &prompt); err != nil {
		return err
	}
	_, err = c.prompted(prompt)
	return err
}

// made is the object that a call made, at once or after a dialog.
func (c *collection) made(call *dbus.Call) (dbus.ObjectPath, error) {
	var object, prompt dbus.ObjectPath
	if err := call.Store(&object, &prompt); err != nil {
		return "", err
	}
	result, err := c.prompted(prompt)
	if prompt != noPath && err == nil {
		object, _ = result.Value().(dbus.ObjectPath)
	}
	return object, err
}

// prompted shows a dialog, if there is one to show, and waits for the person. Nothing
// bounds that: the dialog would go away under their hands.
func (c *collection) prompted(prompt dbus.ObjectPath) (result dbus.Variant, err error) {
	if prompt == noPath {
		return result, nil
	}
	signals := make(chan *dbus.Signal, 16)
	c.conn.Signal(signals)
	if err := c.conn.AddMatchSignal(dbus.WithMatchObjectPath(prompt), dbus.WithMatchInterface(secretsIface+"Prompt")); err != nil {
		return result, err
	}
	if err := c.conn.Object(secretsName, prompt).Call(secretsIface+"Prompt.Prompt", 0, "").Err; err != nil {
		return result, err
	}
	for signal := range signals { // closed with the connection
		if signal.Path == prompt && signal.Name == secretsIface+"Prompt.Completed" {
			var dismissed bool
			if err := dbus.Store(signal.Body, &dismissed, &result); err != nil || !dismissed {
				return result, err
			}
			return result, errors.New("the dialog of the keyring was dismissed")
		}
	}
	return result, errors.New("the keyring left")
}

// isLocked reports whether an object of a kind is locked.
func isLocked(ctx context.Context, conn *dbus.Conn, object dbus.ObjectPath, kind string) (bool, error) {
	var value dbus.Variant
	err := conn.Object(secretsName, object).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, secretsIface+kind, "Locked").Store(&value)
	locked, is := value.Value().(bool)
	return locked || !is, err
}

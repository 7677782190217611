//go:build e2e

package desktop

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

// Tray is a desktop's tray (StatusNotifierItem specification), with the menu of the
// program that is in it (com.canonical.dbusmenu).
type Tray struct {
	d    *Desktop
	conn *dbus.Conn

	mu   sync.Mutex
	item string // the bus name of the program that came last
}

const (
	watcherName = "org.kde.StatusNotifierWatcher"
	menuName    = "com.canonical.dbusmenu"
	menuPath    = dbus.ObjectPath("/StatusNotifierItem/menu")
)

// StartTray gives the desktop a tray.
func (d *Desktop) StartTray() *Tray {
	d.t.Helper()
	conn, err := dbus.Connect(d.bus)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = conn.Close() }) // with the desktop
	t := &Tray{d: d, conn: conn}
	if err := conn.Export(trayWatcher{t}, "/StatusNotifierWatcher", watcherName); err != nil {
		d.t.Fatal(err)
	}
	if _, err := prop.Export(conn, "/StatusNotifierWatcher", prop.Map{watcherName: {
		"IsStatusNotifierHostRegistered": {Value: true, Emit: prop.EmitFalse},
	}}); err != nil {
		d.t.Fatal(err)
	}
	if _, err := conn.RequestName(watcherName, dbus.NameFlagDoNotQueue); err != nil {
		d.t.Fatal(err)
	}
	return t
}

// trayWatcher is what programs call.
type trayWatcher struct{ t *Tray }

// RegisterStatusNotifierItem puts a program into the tray.
func (w trayWatcher) RegisterStatusNotifierItem(_ string, sender dbus.Sender) *dbus.Error {
	w.t.mu.Lock()
	defer w.t.mu.Unlock()
	w.t.item = string(sender)
	return nil
}

// menuLayout is an item as the menu gives it.
type menuLayout struct {
	ID         int32
	Properties map[string]dbus.Variant
	Items      []dbus.Variant
}

func (m menuLayout) label() string {
	text, _ := m.Properties["label"].Value().(string)
	return strings.ReplaceAll(text, "__", "_")
}

// menu is the whole menu.
func (t *Tray) menu() (menuLayout, error) {
	t.mu.Lock()
	item := t.item
	t.mu.Unlock()
	var m menuLayout
	if item == "" {
		return m, errors.New("no program is in the tray")
	}
	var revision uint32
	err := t.conn.Object(item, menuPath).Call(menuName+".GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &m)
	return m, err
}

// find is the item to which labels lead, and what the menu says.
func (t *Tray) find(labels []string) (menuLayout, string, error) {
	at, err := t.menu()
	if err != nil {
		return at, "", err
	}
	all := textOf(at)
	for _, label := range labels {
		found := false
		for _, v := range at.Items {
			var next menuLayout
			if err := dbus.Store([]any{v.Value()}, &next); err != nil {
				return at, all, err
			}
			if found = strings.Contains(next.label(), label); found {
				at = next
				break
			}
		}
		if !found {
			return at, all, fmt.Errorf("no %q in the tray: %s", label, all)
		}
	}
	return at, all, nil
}

func textOf(m menuLayout) string {
	text := m.label()
	for _, v := range m.Items {
		var next menuLayout
		if dbus.Store([]any{v.Value()}, &next) == nil {
			text += " [" + textOf(next) + "]"
		}
	}
	return text
}

// See waits until the tray's menu has an item to which labels lead, one below the other.
func (t *Tray) See(labels ...string) {
	t.d.t.Helper()
	t.d.Eventually("the tray to have "+strings.Join(labels, ", "), func() error {
		_, _, err := t.find(labels)
		return err
	})
}

// Click clicks on it.
func (t *Tray) Click(labels ...string) {
	t.d.t.Helper()
	t.See(labels...)
	m, _, err := t.find(labels)
	if err != nil {
		t.d.t.Fatal(err)
	}
	t.mu.Lock()
	item := t.item
	t.mu.Unlock()
	if err := t.conn.Object(item, menuPath).Call(menuName+".Event", 0, m.ID, "clicked", dbus.MakeVariant(""), uint32(0)).Err; err != nil {
		t.d.t.Fatal(err)
	}
}

// Text is all that the menu says.
func (t *Tray) Text() string {
	_, all, _ := t.find(nil)
	return all
}

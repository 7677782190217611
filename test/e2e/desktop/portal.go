//go:build e2e

package desktop

import (
	"fmt"

	"github.com/godbus/dbus/v5"
)

// Portal is the part of a desktop's portal that asks for files
// ("org.freedesktop.portal.FileChooser").
type Portal struct {
	d    *Desktop
	conn *dbus.Conn
	// Asked gets each question.
	Asked chan PortalQuestion
}

// PortalQuestion is a program's question for a file.
type PortalQuestion struct {
	// Parent is the window that asks.
	Parent string
	Sender dbus.Sender
	Handle dbus.ObjectPath
}

const (
	portalName = "org.freedesktop.portal.Desktop"
	portalPath = dbus.ObjectPath("/org/freedesktop/portal/desktop")
)

// StartPortal gives the desktop a portal; Stop takes it away.
func (d *Desktop) StartPortal() *Portal {
	d.t.Helper()
	conn, err := dbus.Connect(d.bus)
	if err != nil {
		d.t.Fatal(err)
	}
	p := &Portal{d: d, conn: conn, Asked: make(chan PortalQuestion, 8)}
	d.t.Cleanup(p.Stop)
	if err := conn.Export(portalMethods{p}, portalPath, "org.freedesktop.portal.FileChooser"); err != nil {
		d.t.Fatal(err)
	}
	if _, err := conn.RequestName(portalName, dbus.NameFlagDoNotQueue); err != nil {
		d.t.Fatal(err)
	}
	return p
}

// Stop takes the portal away.
func (p *Portal) Stop() { _ = p.conn.Close() } // with the desktop, or before

// Answer answers a question: a person chose a file.
func (p *Portal) Answer(q PortalQuestion, file string) {
	p.d.t.Helper()
	results := map[string]dbus.Variant{"uris": dbus.MakeVariant([]string{"file://" + file})}
	if err := p.conn.Emit(q.Handle, "org.freedesktop.portal.Request.Response", uint32(0), results); err != nil {
		p.d.t.Fatal(err)
	}
}

// portalMethods are what programs call.
type portalMethods struct{ p *Portal }

// OpenFile asks for a file to read.
func (m portalMethods) OpenFile(from dbus.Sender, parent, _ string, _ map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
	q := PortalQuestion{parent, from, portalPath + dbus.ObjectPath(fmt.Sprintf("/request/%d", len(m.p.Asked)))}
	m.p.Asked <- q
	return q.Handle, nil
}

//go:build linux || freebsd || openbsd || netbsd

package choosefile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/claviger/claviger/internal/bus"
)

// The XDG desktop portal ("org.freedesktop.portal.FileChooser", version 3).
const (
	portal  = "org.freedesktop.portal.Desktop"
	path    = dbus.ObjectPath("/org/freedesktop/portal/desktop")
	chooser = "org.freedesktop.portal.FileChooser"
	request = "org.freedesktop.portal.Request"
	// beginTime bounds all until the portal has taken the question: it may hang.
	beginTime = 3 * time.Second
	// soonest is how soon a person may have closed a dialog.
	soonest = 150 * time.Millisecond
)

// The ways that a question ends. The last is also that of a portal whose dialog failed.
const (
	chosen    = uint32(0)
	cancelled = uint32(1) // by a button
	closed    = uint32(2) // by Escape or with the window, at GTK's portal
)

// Ask asks the portal, and waits for the person. It returns "" if they chose none, and an
// error if there is no portal, or none that works. The end of ctx takes the dialog away.
func Ask(ctx context.Context, q Question) (file string, err error) {
	file, err = ask(ctx, q)
	if err != nil {
		return "", fmt.Errorf("the desktop's file dialog: %w", err)
	}
	return file, nil
}

func ask(ctx context.Context, q Question) (string, error) {
	begin, stop := context.WithTimeoutCause(ctx, beginTime, bus.ErrLate)
	defer stop()
	conn, err := bus.Connect(ctx, beginTime)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }() // the portal closes what a connection asked for that is gone
	a := &asked{conn: conn, in: make(chan *dbus.Signal, 64)}
	if err := a.begin(begin, q); err != nil {
		return "", cmp.Or(context.Cause(begin), err)
	}
	file, err := a.answer(ctx)
	if err != nil && ctx.Err() != nil {
		return "", context.Cause(ctx) // with it the connection ends, which may be seen first
	}
	return file, err
}

// asked is a question that the portal has.
type asked struct {
	conn   *dbus.Conn
	in     chan *dbus.Signal
	owner  string // who the portal is
	handle dbus.ObjectPath
	since  time.Time // when it took the question
}

// begin asks.
func (a *asked) begin(ctx context.Context, q Question) (err error) {
	conn := a.conn
	conn.Signal(a.in)
	if err := conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(portal), dbus.WithMatchInterface(request)); err != nil {
		return err
	}
	if err := conn.AddMatchSignalContext(ctx, bus.Owns(portal)...); err != nil {
		return err
	}
	if a.owner, err = ownerOf(ctx, conn); err != nil {
		return err
	}
	method := "OpenFile"
	if q.Save {
		method = "SaveFile"
	}
	// The very portal whose answer counts is asked, not whoever has its name by then.
	err = conn.Object(a.owner, path).CallWithContext(ctx, chooser+"."+method, 0, q.Parent, q.Title, q.options()).Store(&a.handle)
	a.since = time.Now()
	return err
}

// ownerOf is who the portal is. If there is none yet, the bus starts it.
func ownerOf(ctx context.Context, conn *dbus.Conn) (owner string, err error) {
	daemon := conn.BusObject()
	who := func() error { return daemon.CallWithContext(ctx, bus.Name+".GetNameOwner", 0, portal).Store(&owner) }
	if who() == nil {
		return owner, nil
	}
	if err := daemon.CallWithContext(ctx, bus.Name+".StartServiceByName", 0, portal, uint32(0)).Err; err != nil {
		return "", err
	}
	err = who()
	return owner, err
}

// rule is one of a filter: 0 for a pattern, and the pattern.
type rule struct {
	Kind    uint32
	Pattern string
}

// filter is a choice of which files are shown.
type filter struct {
	Name  string
	Rules []rule
}

// options are the question in the portal's form.
func (q Question) options() map[string]dbus.Variant {
	o := map[string]dbus.Variant{"modal": dbus.MakeVariant(true)}
	if q.Name != "" {
		o["current_name"] = dbus.MakeVariant(q.Name)
	}
	if len(q.Endings) > 0 {
		some := filter{}
		for _, ending := range q.Endings {
			some.Rules = append(some.Rules, rule{Pattern: "*" + ending})
			some.Name = strings.TrimPrefix(some.Name+", *"+ending, ", ")
		}
		o["filters"] = dbus.MakeVariant([]filter{some, {q.All, []rule{{Pattern: "*"}}}})
	}
	return o
}

// answer waits for the person.
func (a *asked) answer(ctx context.Context) (string, error) {
	for {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-a.conn.Context().Done():
			return "", errors.New("the bus is gone")
		case sig := <-a.in:
			switch {
			case sig == nil:
				return "", errors.New("the bus is gone")
			case bus.Left(sig) == a.owner:
				return "", errors.New("the portal is gone")
			case sig.Sender == a.owner && sig.Path == a.handle && sig.Name == request+".Response":
				return read(sig.Body, time.Since(a.since))
			}
		}
	}
}

// read reads the portal's answer, which came after a time.
func read(body []any, after time.Duration) (string, error) {
	if len(body) != 2 {
		return "", errors.New("an answer of another form")
	}
	how, _ := body[0].(uint32)
	if how == cancelled || how == closed && after >= soonest {
		return "", nil
	}
	results, _ := body[1].(map[string]dbus.Variant)
	uris, _ := results["uris"].Value().([]string)
	if how != chosen || len(uris) != 1 {
		return "", fmt.Errorf("it ended with %d and %d files", how, len(uris))
	}
	u, err := url.Parse(uris[0])
	if err != nil || u.Scheme != "file" || u.Host != "" || u.Path == "" {
		return "", ErrElsewhere
	}
	return u.Path, nil
}

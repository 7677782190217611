//go:build linux || freebsd || openbsd || netbsd

package notify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/claviger/claviger/internal/bus"
)

const (
	service = "org.freedesktop.Notifications"
	path    = dbus.ObjectPath("/org/freedesktop/Notifications")
	// callTime bounds each call: the service may hang.
	callTime = 2 * time.Second
	// lastTime bounds all that is done at the end.
	lastTime = time.Second
)

// session is a connection to the session's bus, made when it is needed.
type session struct {
	d    *Desktop
	conn *dbus.Conn
	in   chan *dbus.Signal
	// caps are what the service can do; nil if it was not asked yet.
	caps []string
	ids  map[string]uint32 // by slot
}

func (s *session) signals() <-chan *dbus.Signal { return s.in }

// lost is closed when the connection ends.
func (s *session) lost() <-chan struct{} {
	if s.conn == nil {
		return nil
	}
	return s.conn.Context().Done()
}

// close ends the connection: the service forgets nothing by that, but its ids may mean
// other notifications to the next one.
func (s *session) close() {
	if s.conn == nil {
		return
	}
	_ = s.conn.Close() // it may be closed already
	s.conn, s.in, s.caps = nil, nil, nil
	clear(s.ids)
}

// end takes all notifications away.
func (s *session) end(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastTime)
	defer cancel()
	for slot := range s.ids {
		s.take(ctx, slot)
	}
	s.close()
}

// connect connects to the bus, if it is not.
func (s *session) connect(ctx context.Context) error {
	if s.conn != nil {
		return nil
	}
	conn, err := bus.Connect(context.WithoutCancel(ctx), callTime) // for what is done at the end, too
	if err != nil {
		return err
	}
	s.conn, s.in = conn, make(chan *dbus.Signal, 64)
	conn.Signal(s.in)
	call, stop := context.WithTimeout(ctx, callTime)
	defer stop()
	// The service's signals, by whoever is the service then, and who that is.
	err = conn.AddMatchSignalContext(call, dbus.WithMatchSender(service), dbus.WithMatchInterface(service))
	if err == nil {
		err = conn.AddMatchSignalContext(call, bus.Owns(service)...)
	}
	if err != nil {
		s.close()
		return fmt.Errorf("the session's bus: %w", err)
	}
	return nil
}

// ask calls the service, which the bus starts if it can. An answer that is under way at
// the end is waited for a little: without it, nothing can take the notification away.
func (s *session) ask(ctx context.Context, method string, result any, args ...any) error {
	call, stop := context.WithTimeout(context.WithoutCancel(ctx), callTime)
	defer stop()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(lastTime, stop) })()
	c := s.conn.Object(service, path).CallWithContext(call, service+"."+method, 0, args...)
	err := c.Err
	if err == nil && result != nil {
		err = c.Store(result)
	}
	if err != nil {
		return fmt.Errorf("the notification service: %w", err)
	}
	return nil
}

func (s *session) show(ctx context.Context, slot string, n Note) error {
	if n.Quiet && s.ids[slot] == 0 {
		return nil
	}
	if err := s.connect(ctx); err != nil {
		return err
	}
	if s.caps == nil {
		caps := []string{}
		if err := s.ask(ctx, "GetCapabilities", &caps); err != nil {
			return err
		}
		s.caps = append(caps, "")
	}
	body, actions := "", []string{}
	if slices.Contains(s.caps, "body") {
		plain := strings.NewReplacer("<", "‹", ">", "›") // some services that say they read no markup do (dunst 1.9)
		if slices.Contains(s.caps, "body-markup") {
			plain = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
		}
		body = plain.Replace(n.Body)
	}
	if s.d.o.Acted != nil && slices.Contains(s.caps, "actions") {
		for _, a := range n.Actions {
			actions = append(actions, a.Key, a.Label)
		}
	}
	urgency := byte(1)
	if n.Urgent {
		urgency = 2
	}
	hints := map[string]dbus.Variant{"urgency": dbus.MakeVariant(urgency), "desktop-entry": dbus.MakeVariant(s.d.o.Entry)}
	var id uint32
	if err := s.ask(ctx, "Notify", &id, s.d.o.App, s.ids[slot], s.d.o.Entry, n.Title, body, actions, hints, int32(-1)); err != nil {
		return err
	}
	s.ids[slot] = id
	return nil
}

// take takes a notification away; one that is gone already is.
func (s *session) take(ctx context.Context, slot string) {
	id, shown := s.ids[slot]
	if !shown || s.conn == nil {
		return
	}
	delete(s.ids, slot)
	_ = s.ask(ctx, "CloseNotification", nil, id) // if it fails, the person closes it
}

// signal takes what the service says. Every program of the session can send such a
// signal to this one by itself; only the service's own counts.
func (s *session) signal(ctx context.Context, sig *dbus.Signal) {
	if bus.Left(sig) != "" {
		// Another service gives the ids to notifications of others.
		s.caps = nil
		clear(s.ids)
		return
	}
	if sig == nil || sig.Path != path || len(sig.Body) < 2 || !s.fromService(ctx, sig.Sender) {
		return
	}
	id, _ := sig.Body[0].(uint32)
	slot, known := s.slot(id)
	if !known {
		return
	}
	switch sig.Name {
	case service + ".ActionInvoked":
		if key, ok := sig.Body[1].(string); ok && s.d.o.Acted != nil && s.d.offers(slot, key) {
			s.d.o.Acted(slot, key)
		}
	case service + ".NotificationClosed":
		delete(s.ids, slot)
	}
}

func (s *session) fromService(ctx context.Context, sender string) bool {
	call, stop := context.WithTimeout(ctx, callTime)
	defer stop()
	var owner string
	err := s.conn.BusObject().CallWithContext(call, bus.Name+".GetNameOwner", 0, service).Store(&owner)
	return err == nil && owner == sender
}

func (s *session) slot(id uint32) (string, bool) {
	for slot, own := range s.ids {
		if own == id {
			return slot, true
		}
	}
	return "", false
}

// offers reports whether the notification in a slot has an action.
func (d *Desktop) offers(slot, key string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.ContainsFunc(d.wanted[slot].Actions, func(a Action) bool { return a.Key == key })
}

package notify

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"

	"github.com/claviger/claviger/internal/notify/notifytest"
)

// newServer makes the test the service of its bus.
func newServer(t *testing.T, caps ...string) *notifytest.Server {
	t.Helper()
	return notifytest.Serve(t, os.Getenv("DBUS_SESSION_BUS_ADDRESS"), caps...)
}

// run starts a desktop; its actions come in the channel.
func run(t *testing.T) (d *Desktop, acted chan string, failed chan error) {
	acted, failed = make(chan string, 16), make(chan error, 16)
	d = New(Options{App: "Claviger", Entry: "claviger", Acted: func(slot, key string) { acted <- slot + " " + key }, Failed: func(err error) { failed <- err }})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); d.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return d, acted, failed
}

func TestNotificationIsShownReplacedAndClosed(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", notifytest.Bus(t))
	s := newServer(t, "body", "body-markup", "actions")
	d, acted, _ := run(t)
	note := Note{Title: "A <title>", Body: "a & <b>bold</b>", Actions: []Action{{Default, "Show"}, {"sign-in", "Sign in"}}}
	d.Show("one", note)
	first := notifytest.Get(t, "the notification", s.Notes)
	if first.Title != "A <title>" || first.Body != "a &amp; &lt;b&gt;bold&lt;/b&gt;" || first.Replaces != 0 || first.App != "Claviger" ||
		!slices.Equal(first.Actions, []string{"default", "Show", "sign-in", "Sign in"}) || first.Hints["urgency"].Value() != byte(1) {
		t.Errorf("shown as %+v", first)
	}
	d.Show("two", Note{Title: "Other", Urgent: true})
	second := notifytest.Get(t, "the other one", s.Notes)
	if second.Replaces != 0 || second.ID == first.ID || second.Hints["urgency"].Value() != byte(2) {
		t.Errorf("another slot: %+v", second)
	}
	note.Title = "Newer"
	d.Show("one", note)
	if again := notifytest.Get(t, "the newer one", s.Notes); again.Replaces != first.ID {
		t.Errorf("not replaced: %+v", again)
	}
	s.Emit(t, "ActionInvoked", first.ID, "sign-in")
	if got := notifytest.Get(t, "the action", acted); got != "one sign-in" {
		t.Errorf("acted: %q", got)
	}
	d.Close("one")
	if got := notifytest.Get(t, "the end", s.Closed); got != first.ID {
		t.Errorf("closed %d", got)
	}
}

// One that the person closed is gone: its number may be another program's soon, and its
// action comes too late. Quiet changes do not bring it back.
func TestNotificationThatThePersonClosed(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", notifytest.Bus(t))
	s := newServer(t, "actions")
	d, acted, _ := run(t)
	offer := []Action{{"sign-in", "Sign in"}}
	d.Show("one", Note{Title: "First", Actions: offer})
	first := notifytest.Get(t, "the first", s.Notes)
	d.Show("one", Note{Title: "Changed", Actions: offer, Quiet: true})
	if got := notifytest.Get(t, "the change", s.Notes); got.Replaces != first.ID {
		t.Errorf("not changed: %+v", got)
	}
	s.Emit(t, "NotificationClosed", first.ID, uint32(2))
	s.Emit(t, "ActionInvoked", first.ID, "sign-in")
	d.Show("two", Note{Title: "Second", Actions: offer})
	second := notifytest.Get(t, "the second", s.Notes)
	s.Emit(t, "ActionInvoked", second.ID, "default") // not offered
	s.Emit(t, "ActionInvoked", second.ID, "sign-in")
	if got := notifytest.Get(t, "the second's action", acted); got != "two sign-in" { // after all of that
		t.Errorf("acted: %q", got)
	}
	d.Show("one", Note{Title: "Quiet", Quiet: true})
	d.Show("three", Note{Title: "Third"})
	if got := notifytest.Get(t, "the third", s.Notes); got.Title != "Third" {
		t.Errorf("a quiet change brought it back: %+v", got)
	}
	d.Show("one", Note{Title: "Anew"})
	if got := notifytest.Get(t, "a new one", s.Notes); got.Replaces != 0 {
		t.Errorf("replaces one that is closed: %+v", got)
	}
}

func TestNotificationFitsWhatTheServiceCan(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", notifytest.Bus(t))
	s := newServer(t)
	d, _, _ := run(t)
	d.Show("one", Note{Title: "Title", Body: "body & more", Actions: []Action{{Default, "Show"}}})
	if got := notifytest.Get(t, "the notification", s.Notes); got.Body != "" || len(got.Actions) != 0 {
		t.Errorf("shown as %+v", got)
	}
	_ = s.Conn.Close() // the desktop restarts its service
	s = newServer(t, "body")
	d.Show("two", Note{Title: "Title", Body: "body & more"})
	if got := notifytest.Get(t, "the notification", s.Notes); got.Body != "body & more" {
		t.Errorf("shown as %+v", got)
	}
}

// Another service knows nothing of the ids of the one before: they may be those of
// other programs' notifications.
func TestRestartedServiceReplacesNothing(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", notifytest.Bus(t))
	s := newServer(t, "body")
	d, _, _ := run(t)
	d.Show("one", Note{Title: "Before"})
	notifytest.Get(t, "the notification", s.Notes)
	_ = s.Conn.Close() // the desktop restarts its service
	s = newServer(t, "body")
	d.Show("one", Note{Title: "After"})
	if got := notifytest.Get(t, "the notification", s.Notes); got.Replaces != 0 {
		t.Errorf("replaces %d", got.Replaces)
	}
}

// Every program of the session can say that a person chose something; only the service
// is believed.
func TestActionsOfOthersCountForNothing(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", notifytest.Bus(t))
	s := newServer(t, "actions")
	d, acted, _ := run(t)
	d.Show("one", Note{Title: "Title", Actions: []Action{{"sign-in", "Sign in"}, {Default, "Show"}}})
	first := notifytest.Get(t, "the notification", s.Notes)
	thief := notifytest.Connect(t, os.Getenv("DBUS_SESSION_BUS_ADDRESS"))
	// To everyone, and to the desktop alone, which needs no match.
	for _, to := range append([]string{""}, names(t, thief)...) {
		msg := &dbus.Message{Type: dbus.TypeSignal, Headers: map[dbus.HeaderField]dbus.Variant{
			dbus.FieldPath: dbus.MakeVariant(path), dbus.FieldInterface: dbus.MakeVariant(service), dbus.FieldMember: dbus.MakeVariant("ActionInvoked"),
			dbus.FieldSignature: dbus.MakeVariant(dbus.SignatureOf(uint32(0), "")),
		}, Body: []any{first.ID, "sign-in"}}
		if to != "" {
			msg.Headers[dbus.FieldDestination] = dbus.MakeVariant(to)
		}
		thief.Send(msg, nil)
	}
	if err := thief.BusObject().Call("org.freedesktop.DBus.GetId", 0).Err; err != nil { // all of it was sent
		t.Fatal(err)
	}
	s.Emit(t, "ActionInvoked", first.ID, "default")
	if got := notifytest.Get(t, "the service's action", acted); got != "one default" {
		t.Errorf("acted: %q", got)
	}
}

// names are those of the connections of a bus.
func names(t *testing.T, conn *dbus.Conn) []string {
	t.Helper()
	var all []string
	if err := conn.BusObject().Call("org.freedesktop.DBus.ListNames", 0).Store(&all); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(s string) bool { return !strings.HasPrefix(s, ":") })
}

// A service that hangs, one that is missing and a bus that is missing hold nobody up, and
// what was wanted is shown by one that comes later.
func TestServiceThatHangs(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", notifytest.Bus(t))
	s := newServer(t)
	end := s.Hang()
	d, _, failed := run(t)
	d.Show("one", Note{Title: "Title"})
	if err := notifytest.Get(t, "the error", failed); !strings.HasPrefix(err.Error(), "the notification service: ") {
		t.Errorf("failed: %v", err)
	}
	end()
	d.Show("two", Note{Title: "Other"}) // wakes it
	got := []string{notifytest.Get(t, "a notification", s.Notes).Title, notifytest.Get(t, "a notification", s.Notes).Title}
	if slices.Sort(got); !slices.Equal(got, []string{"Other", "Title"}) {
		t.Errorf("shown: %v", got)
	}
}

func TestNoService(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", notifytest.Bus(t))
	d, _, failed := run(t)
	d.Show("one", Note{Title: "Title"})
	if err := notifytest.Get(t, "the error", failed); !strings.HasPrefix(err.Error(), "the notification service: ") {
		t.Errorf("failed: %v", err)
	}
	d.Close("one")
	s := newServer(t)
	d.Show("two", Note{Title: "Other"})
	if got := notifytest.Get(t, "the notification", s.Notes); got.Title != "Other" {
		t.Errorf("shown: %+v", got)
	}
}

func TestNoBus(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "none"))
	d, _, failed := run(t)
	d.Show("one", Note{Title: "Title"})
	if err := notifytest.Get(t, "the error", failed); !strings.HasPrefix(err.Error(), "the session's bus: ") {
		t.Errorf("failed: %v", err)
	}
}

// A bus that takes the connection and never answers.
func TestBusThatHangs(t *testing.T) {
	startSilentBus(t)
	d, _, failed := run(t)
	d.Show("one", Note{Title: "Title"})
	if err := notifytest.Get(t, "the error", failed); !strings.HasPrefix(err.Error(), "the session's bus: ") {
		t.Errorf("failed: %v", err)
	}
}

// At the end, what is shown is taken away: nobody would hear its actions.
func TestEndTakesNotificationsAway(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", notifytest.Bus(t))
	s := newServer(t)
	d := New(Options{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); d.Run(ctx) }()
	d.Show("one", Note{Title: "Title"})
	id := notifytest.Get(t, "the notification", s.Notes).ID
	cancel()
	notifytest.Get(t, "the end", done)
	if got := notifytest.Get(t, "closed", s.Closed); got != id {
		t.Errorf("closed %d, want %d", got, id)
	}
}

func startSilentBus(t *testing.T) {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "bus")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() { _, _ = io.Copy(io.Discard, c); _ = c.Close() })
		}
	})
	t.Cleanup(func() { _ = l.Close() })
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+socket)
}

package choosefile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/godbus/dbus/v5"

	"github.com/claviger/claviger/internal/bus"
	"github.com/claviger/claviger/internal/notify/notifytest"
)

// call is what a program asked the portal.
type call struct {
	method, parent, title string
	options               map[string]dbus.Variant
	handle                dbus.ObjectPath
	sender                dbus.Sender
}

// desktop is a portal of the test's own.
type desktop struct {
	conn  *dbus.Conn
	calls chan call
	hang  chan struct{} // what calls wait for, if there is one
}

// OpenFile is a method of the portal.
func (d *desktop) OpenFile(from dbus.Sender, parent, title string, options map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
	return d.take(call{"open", parent, title, options, path + "/request/1", from})
}

// SaveFile is a method of the portal.
func (d *desktop) SaveFile(from dbus.Sender, parent, title string, options map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
	return d.take(call{"save", parent, title, options, path + "/request/2", from})
}

func (d *desktop) take(c call) (dbus.ObjectPath, *dbus.Error) {
	if d.hang != nil {
		<-d.hang
	}
	d.calls <- c
	return c.handle, nil
}

// answer answers a question as the person does.
func (d *desktop) answer(t *testing.T, c call, how uint32, uris ...string) {
	t.Helper()
	respond(t, d.conn, c, how, uris...)
}

func respond(t *testing.T, conn *dbus.Conn, c call, how uint32, uris ...string) {
	t.Helper()
	if err := send(conn, c, how, uris...); err != nil {
		t.Fatal(err)
	}
}

func send(conn *dbus.Conn, c call, how uint32, uris ...string) error {
	msg := &dbus.Message{Type: dbus.TypeSignal, Headers: map[dbus.HeaderField]dbus.Variant{
		dbus.FieldPath: dbus.MakeVariant(c.handle), dbus.FieldInterface: dbus.MakeVariant(request), dbus.FieldMember: dbus.MakeVariant("Response"),
		dbus.FieldDestination: dbus.MakeVariant(string(c.sender)), dbus.FieldSignature: dbus.MakeVariant(dbus.SignatureOf(uint32(0), map[string]dbus.Variant{})),
	}, Body: []any{how, map[string]dbus.Variant{"uris": dbus.MakeVariant(uris)}}}
	conn.Send(msg, nil)
	return conn.BusObject().Call(bus.Name+".GetId", 0).Err // it was sent
}

// envStarted makes the test the portal that a bus starts.
const envStarted = "CLAVIGER_TEST_STARTED_PORTAL"

func TestMain(m *testing.M) {
	if os.Getenv(envStarted) == "" {
		os.Exit(m.Run())
	}
	if err := startedPortal(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err) // of the bus
		os.Exit(1)
	}
}

// startedPortal answers every question until the bus ends.
func startedPortal() error {
	conn, err := dbus.Connect(os.Getenv("DBUS_STARTER_ADDRESS"))
	if err != nil {
		return err
	}
	d := &desktop{conn: conn, calls: make(chan call, 4)}
	if err := conn.Export(d, path, chooser); err != nil {
		return err
	}
	if _, err := conn.RequestName(portal, dbus.NameFlagDoNotQueue); err != nil {
		return err
	}
	for {
		select {
		case c := <-d.calls:
			if err := send(conn, c, chosen, "file:///chosen"); err != nil {
				return err
			}
		case <-conn.Context().Done():
			return nil
		}
	}
}

// newDesktop makes the test the portal of a bus of its own; calls wait for hang, if there
// is one.
func newDesktop(t *testing.T, hang chan struct{}) *desktop {
	t.Helper()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", notifytest.Bus(t))
	d := &desktop{conn: notifytest.Connect(t, os.Getenv("DBUS_SESSION_BUS_ADDRESS")), calls: make(chan call, 4), hang: hang}
	if err := d.conn.Export(d, path, chooser); err != nil {
		t.Fatal(err)
	}
	if _, err := d.conn.RequestName(portal, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return d
}

type outcome struct {
	file string
	err  error
}

// start asks in the background.
func start(ctx context.Context, q Question) chan outcome {
	done := make(chan outcome, 1)
	go func() {
		file, err := Ask(ctx, q)
		done <- outcome{file, err}
	}()
	return done
}

func TestThePersonChooses(t *testing.T) {
	d := newDesktop(t, nil)
	done := start(t.Context(), Question{Title: "Open a file", Endings: []string{".pem", ".crt"}, All: "All files", Parent: "x11:2a"})
	c := notifytest.Get(t, "the question", d.calls)
	want := [][]any{{"*.pem, *.crt", [][]any{{uint32(0), "*.pem"}, {uint32(0), "*.crt"}}}, {"All files", [][]any{{uint32(0), "*"}}}}
	if c.method != "open" || c.title != "Open a file" || c.parent != "x11:2a" || !reflect.DeepEqual(c.options["filters"].Value(), want) {
		t.Errorf("asked %+v", c)
	}
	d.answer(t, c, chosen, "file:///home/a%20b/%C3%BC.pem")
	if got := notifytest.Get(t, "the file", done); got.file != "/home/a b/ü.pem" || got.err != nil {
		t.Errorf("%+v", got)
	}

	done = start(t.Context(), Question{Title: "Save", Save: true, Name: "accounts.age"})
	c = notifytest.Get(t, "the question", d.calls)
	if _, filtered := c.options["filters"]; c.method != "save" || c.options["current_name"].Value() != "accounts.age" || filtered {
		t.Errorf("asked %+v", c)
	}
	d.answer(t, c, cancelled)
	if got := notifytest.Get(t, "the end", done); got.file != "" || got.err != nil {
		t.Errorf("%+v", got)
	}
}

// The first program that asks has the bus start the portal.
func TestThePortalIsStarted(t *testing.T) {
	services := t.TempDir()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := "[D-BUS Service]\nName=" + portal + "\nExec=" + program + "\n"
	if err := os.WriteFile(filepath.Join(services, portal+".service"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(envStarted, "yes") // for what the bus starts
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", notifytest.Bus(t, services))
	if file, err := Ask(t.Context(), Question{Title: "Open a file"}); file != "/chosen" || err != nil {
		t.Errorf("%q, %v", file, err)
	}
}

// Whoever closes the dialog chose none, as with its button; a dialog that ends before
// anybody can have closed it has failed.
func TestTheDialogIsClosed(t *testing.T) {
	body := []any{closed, map[string]dbus.Variant{}}
	if file, err := read(body, soonest); file != "" || err != nil {
		t.Errorf("%q, %v", file, err)
	}
	if _, err := read(body, soonest-1); err == nil {
		t.Error("a dialog that failed is taken for a person's answer")
	}
}

// What the portal cannot give is an error: another dialog asks then.
func TestThePortalFails(t *testing.T) {
	for name, answer := range map[string]func(t *testing.T, d *desktop, c call){
		"its dialog ends":    func(t *testing.T, d *desktop, c call) { d.answer(t, c, closed) },
		"it names no file":   func(t *testing.T, d *desktop, c call) { d.answer(t, c, chosen) },
		"a file elsewhere":   func(t *testing.T, d *desktop, c call) { d.answer(t, c, chosen, "sftp://host/file") },
		"a host in a file":   func(t *testing.T, d *desktop, c call) { d.answer(t, c, chosen, "file://host/file") },
		"it is gone":         func(_ *testing.T, d *desktop, _ call) { _ = d.conn.Close() },
		"it gives up itself": func(t *testing.T, d *desktop, _ call) { _, _ = d.conn.ReleaseName(portal) },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesktop(t, nil)
			done := start(t.Context(), Question{Title: "Open a file"})
			answer(t, d, notifytest.Get(t, "the question", d.calls))
			if got := notifytest.Get(t, "the error", done); got.err == nil {
				t.Errorf("%+v", got)
			}
		})
	}
}

// Every program of the session can send an answer; only the portal's counts.
func TestAnswersOfOthersCountForNothing(t *testing.T) {
	d := newDesktop(t, nil)
	done := start(t.Context(), Question{Title: "Save", Save: true})
	c := notifytest.Get(t, "the question", d.calls)
	respond(t, notifytest.Connect(t, os.Getenv("DBUS_SESSION_BUS_ADDRESS")), c, chosen, "file:///thief")
	other := c
	other.handle = path + "/request/another"
	d.answer(t, other, chosen, "file:///other")
	d.answer(t, c, chosen, "file:///own")
	if got := notifytest.Get(t, "the file", done); got.file != "/own" || got.err != nil {
		t.Errorf("%+v", got)
	}
}

func TestNoPortalHoldsNobodyUp(t *testing.T) {
	t.Run("none", func(t *testing.T) {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", notifytest.Bus(t))
		if file, err := Ask(t.Context(), Question{}); file != "" || err == nil {
			t.Error(file, err)
		}
	})
	t.Run("no bus", func(t *testing.T) {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "none"))
		if file, err := Ask(t.Context(), Question{}); file != "" || err == nil {
			t.Error(file, err)
		}
	})
	t.Run("one that hangs", func(t *testing.T) {
		hang := make(chan struct{})
		defer close(hang)
		newDesktop(t, hang)
		if got := notifytest.Get(t, "the error", start(t.Context(), Question{})); got.err == nil {
			t.Errorf("%+v", got)
		}
	})
}

// Who asks no more takes the dialog away: the portal sees that the connection is gone.
func TestTheEndTakesTheDialogAway(t *testing.T) {
	d := newDesktop(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	done := start(ctx, Question{})
	c := notifytest.Get(t, "the question", d.calls)
	gone := make(chan *dbus.Signal, 16)
	d.conn.Signal(gone)
	if err := d.conn.AddMatchSignal(dbus.WithMatchSender(bus.Name), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, string(c.sender))); err != nil {
		t.Fatal(err)
	}
	cancel()
	if got := notifytest.Get(t, "the end", done); !errors.Is(got.err, context.Canceled) {
		t.Errorf("%+v", got)
	}
	for sig := range gone {
		if sig.Name == bus.Name+".NameOwnerChanged" && sig.Body[0] == string(c.sender) {
			return
		}
	}
}

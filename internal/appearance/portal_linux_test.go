package appearance

import (
	"context"
	"image/color"
	"math"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/claviger/claviger/internal/notify/notifytest"
)

// fakePortal answers as the settings portal does.
type fakePortal struct {
	conn *dbus.Conn
	said map[string]map[string]dbus.Variant
}

// ReadAll is the portal's method.
func (p *fakePortal) ReadAll([]string) (map[string]map[string]dbus.Variant, *dbus.Error) {
	return p.said, nil
}

func (p *fakePortal) change(t *testing.T, namespace, key string, value any) {
	t.Helper()
	if err := p.conn.Emit(portalPath, settings+".SettingChanged", namespace, key, dbus.MakeVariant(value)); err != nil {
		t.Fatal(err)
	}
}

type rgb struct{ R, G, B float64 }

func startPortal(t *testing.T, address string, said map[string]map[string]dbus.Variant) *fakePortal {
	t.Helper()
	p := &fakePortal{conn: notifytest.Connect(t, address), said: said}
	if err := p.conn.Export(p, portalPath, settings); err != nil {
		t.Fatal(err)
	}
	if _, err := p.conn.RequestName(portal, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return p
}

// watching returns what Watch tells until the test ends.
func watching(t *testing.T) <-chan Wishes {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	told, ended := make(chan Wishes, 16), make(chan struct{})
	go func() {
		defer close(ended)
		Watch(ctx, func(w Wishes) { told <- w })
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return told
}

func want(t *testing.T, told <-chan Wishes, want Wishes) {
	t.Helper()
	select {
	case got := <-told:
		if got != want {
			t.Fatalf("told %+v, want %+v", got, want)
		}
	case <-time.After(30 * time.Second):
		t.Fatalf("%+v is never told", want)
	}
}

func TestTheDesktopsWishesAreFollowed(t *testing.T) {
	address := notifytest.Bus(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	p := startPortal(t, address, map[string]map[string]dbus.Variant{
		look:  {"accent-color": dbus.MakeVariant(rgb{1, 0.5, 0}), "contrast": dbus.MakeVariant(uint32(1)), "color-scheme": dbus.MakeVariant(uint32(1))},
		gnome: {"enable-animations": dbus.MakeVariant(true)},
	})
	told := watching(t)
	w := Wishes{Accent: color.NRGBA{R: 255, G: 128, A: 255}, Contrast: true}
	want(t, told, w)
	p.change(t, gnome, "enable-animations", false)
	w.Still = true
	want(t, told, w)
	p.change(t, "org.example", "accent-color", rgb{0, 0, 0})
	p.change(t, look, "contrast", uint32(0))
	w.Contrast = false
	want(t, told, w)
	p.change(t, gnome, "enable-animations", true)
	w.Still = false
	want(t, told, w)
	p.change(t, look, "reduced-motion", uint32(1))
	w.Still = true
	want(t, told, w)
	// What is no colour takes the wish back: a desktop says "none" like that.
	p.change(t, look, "accent-color", rgb{-1, -1, -1})
	w.Accent = color.NRGBA{}
	want(t, told, w)
}

func TestAPortalThatStartsLaterIsAsked(t *testing.T) {
	address := notifytest.Bus(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	told := watching(t)
	time.Sleep(50 * time.Millisecond) // mostly it has asked in vain by then; the test holds if not
	startPortal(t, address, map[string]map[string]dbus.Variant{look: {"contrast": dbus.MakeVariant(uint32(1))}})
	want(t, told, Wishes{Contrast: true})
}

// A bus that takes the connection and never answers ends the watch, and so does none.
func TestABusThatHangsEndsTheWatch(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "bus")
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+socket)
	Watch(t.Context(), func(Wishes) { t.Error("a wish without a bus") })
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
		}
	}()
	Watch(t.Context(), func(Wishes) { t.Error("a wish from a bus that hangs") })
}

// hanging is a portal that never answers.
type hanging struct{ ended <-chan struct{} }

// ReadAll is the portal's method.
func (h *hanging) ReadAll([]string) (map[string]map[string]dbus.Variant, *dbus.Error) {
	<-h.ended
	return nil, nil
}

// Nothing waits for a portal that hangs, and the watch ends when it shall.
func TestAPortalThatHangsHoldsNobodyUp(t *testing.T) {
	address := notifytest.Bus(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	conn, ended := notifytest.Connect(t, address), make(chan struct{})
	defer close(ended)
	if err := conn.Export(&hanging{ended}, portalPath, settings); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.RequestName(portal, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	Watch(ctx, func(Wishes) { t.Error("a wish from a portal that hangs") })
}

func TestOddWishesAreNone(t *testing.T) {
	for _, v := range []any{nil, "red", 1.0, []any{}, []any{1.0, 1.0}, []any{1.0, 1.0, "1"}, []any{0.0, 0.0, math.NaN()}, []any{0.0, 0.0, 1.1}, []any{0.0, math.Inf(1), 0.0}} {
		if got := accent(v); got.A != 0 {
			t.Errorf("%v is %v", v, got)
		}
	}
	if got := wishes(map[string]map[string]dbus.Variant{look: {"contrast": dbus.MakeVariant("1")}, gnome: {"enable-animations": dbus.MakeVariant("false")}}); got != (Wishes{}) {
		t.Errorf("%+v", got)
	}
}

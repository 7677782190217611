//go:build linux || freebsd || openbsd || netbsd

package appearance

import (
	"context"
	"image/color"
	"math"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/claviger/claviger/internal/bus"
)

// The portal (XDG Desktop Portal, org.freedesktop.portal.Settings).
const (
	portal     = "org.freedesktop.portal.Desktop"
	portalPath = dbus.ObjectPath("/org/freedesktop/portal/desktop")
	settings   = "org.freedesktop.portal.Settings"
	look       = "org.freedesktop.appearance"
	gnome      = "org.gnome.desktop.interface"
)

// callTime bounds each call: the portal may hang.
const callTime = 5 * time.Second

// watch listens at the portal. One that starts later is asked then; one that does not
// answer is as good as none.
func watch(ctx context.Context, changed func(Wishes)) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	in := connect(ctx)
	if in == nil {
		return
	}
	var told Wishes
	tell := func(said map[string]map[string]dbus.Variant) {
		if w := wishes(said); w != told {
			told = w
			changed(w)
		}
	}
	said := in.ask(ctx)
	tell(said)
	for {
		select {
		case <-ctx.Done():
			return
		case <-in.conn.Context().Done():
			return
		case sig, open := <-in.signals:
			if !open {
				return
			}
			if s := in.heard(ctx, said, sig); s != nil {
				said = s
				tell(said)
			}
		}
	}
}

// line is a connection to the portal.
type line struct {
	conn    *dbus.Conn
	signals chan *dbus.Signal
}

// connect listens at the portal, until ctx ends; nil if there is no bus that answers.
func connect(ctx context.Context) *line {
	conn, err := bus.Connect(ctx, callTime)
	if err != nil {
		return nil
	}
	in := &line{conn: conn, signals: make(chan *dbus.Signal, 64)}
	conn.Signal(in.signals)
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	for _, match := range [][]dbus.MatchOption{
		{dbus.WithMatchSender(portal), dbus.WithMatchInterface(settings), dbus.WithMatchMember("SettingChanged")},
		bus.Owns(portal),
	} {
		if conn.AddMatchSignalContext(ctx, match...) != nil {
			return nil
		}
	}
	return in
}

// ask asks for everything; nil without an answer.
func (l *line) ask(ctx context.Context) map[string]map[string]dbus.Variant {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	var said map[string]map[string]dbus.Variant
	if l.conn.Object(portal, portalPath).CallWithContext(ctx, settings+".ReadAll", 0, []string{look, gnome}).Store(&said) != nil {
		return nil
	}
	return said
}

// heard is what the portal says after a signal; nil if that changed nothing.
func (l *line) heard(ctx context.Context, said map[string]map[string]dbus.Variant, sig *dbus.Signal) map[string]map[string]dbus.Variant {
	if bus.IsOwned(sig) {
		return l.ask(ctx) // another portal, or its first start
	}
	var namespace, key string
	var value dbus.Variant
	if sig.Path != portalPath || dbus.Store(sig.Body, &namespace, &key, &value) != nil || namespace != look && namespace != gnome {
		return nil
	}
	next := map[string]map[string]dbus.Variant{look: {}, gnome: {}}
	for n, keys := range next {
		for k, v := range said[n] {
			keys[k] = v
		}
	}
	next[namespace][key] = value
	return next
}

// wishes reads what the portal said; what has an unexpected type is no wish.
func wishes(said map[string]map[string]dbus.Variant) Wishes {
	number := func(key string) uint32 {
		n, _ := said[look][key].Value().(uint32)
		return n
	}
	moves, known := said[gnome]["enable-animations"].Value().(bool)
	return Wishes{
		Accent:   accent(said[look]["accent-color"].Value()),
		Contrast: number("contrast") == 1,
		Still:    number("reduced-motion") == 1 || known && !moves,
	}
}

// accent reads a colour of three parts from 0 to 1; anything beyond them is no wish.
func accent(v any) color.NRGBA {
	parts, ok := v.([]any)
	if !ok || len(parts) != 3 {
		return color.NRGBA{}
	}
	var rgb [3]uint8
	for i, p := range parts {
		f, ok := p.(float64)
		if !ok || !(f >= 0 && f <= 1) { // also what is no number
			return color.NRGBA{}
		}
		rgb[i] = uint8(math.Round(f * 255))
	}
	return color.NRGBA{R: rgb[0], G: rgb[1], B: rgb[2], A: 0xff}
}

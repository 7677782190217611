package desktop

import (
	"context"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// displayTimeout limits the search for a display server.
const displayTimeout = 3 * time.Second

// noDisplayError is a sentence for people, printed as it is.
type noDisplayError string

// Error implements error.
func (e noDisplayError) Error() string { return string(e) }

// CheckDisplay reports why no window can be opened, in a sentence. The window
// library ends the whole program if there is no display, so this looks first.
// Windows and macOS (as goos names them) always have one.
func CheckDisplay(ctx context.Context, goos string, getenv func(string) string) error {
	switch goos {
	case "linux", "freebsd", "openbsd", "netbsd":
	default:
		return nil
	}
	x11, wayland := getenv("DISPLAY"), getenv("WAYLAND_DISPLAY")
	if x11 == "" && wayland == "" {
		return noDisplayError("Neither DISPLAY nor WAYLAND_DISPLAY is set.")
	}
	ctx, cancel := context.WithTimeout(ctx, displayTimeout)
	defer cancel()
	if wayland != "" {
		if !filepath.IsAbs(wayland) {
			wayland = filepath.Join(getenv("XDG_RUNTIME_DIR"), wayland)
		}
		if reachable(ctx, "unix", wayland) {
			return nil
		}
	}
	for _, a := range x11Addresses(x11) {
		if reachable(ctx, a.network, a.address) {
			return nil
		}
	}
	var tried []string
	for _, name := range []string{"WAYLAND_DISPLAY", "DISPLAY"} {
		if v := getenv(name); v != "" {
			tried = append(tried, name+"="+v)
		}
	}
	return noDisplayError("No display server responds at " + strings.Join(tried, " or ") + ".")
}

type endpoint struct{ network, address string }

// x11Addresses are the addresses on which an X server may listen for a DISPLAY of
// the form [host]:number[.screen] (X(7), "Display names").
func x11Addresses(display string) []endpoint {
	if strings.HasPrefix(display, "/") { // macOS launchd and Xquartz
		return []endpoint{{"unix", display}}
	}
	i := strings.LastIndexByte(display, ':')
	if i < 0 {
		return nil
	}
	host := display[:i]
	digits, _, _ := strings.Cut(display[i+1:], ".")
	number, err := strconv.Atoi(digits)
	if err != nil || number < 0 || number > 65535-6000 {
		return nil
	}
	if host == "" || host == "unix" {
		path := "/tmp/.X11-unix/X" + strconv.Itoa(number)
		return []endpoint{{"unix", path}, {"unix", "@" + path}}
	}
	return []endpoint{{"tcp", net.JoinHostPort(strings.Trim(host, "[]"), strconv.Itoa(6000+number))}}
}

func reachable(ctx context.Context, network, address string) bool {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

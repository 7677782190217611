//go:build unix

package desktop

import (
	"net"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func env(vars map[string]string) func(string) string {
	return func(name string) string { return vars[name] }
}

func TestCheckDisplay(t *testing.T) {
	dir := t.TempDir()
	l, err := net.Listen("unix", filepath.Join(dir, "wayland-7"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for _, c := range []struct {
		name, goos string
		vars       map[string]string
		want       string
	}{
		{"nothing set", "linux", nil, "Neither DISPLAY nor WAYLAND_DISPLAY is set."},
		{"not needed", "darwin", nil, ""},
		{"wayland answers", "linux", map[string]string{"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": dir}, ""},
		{"wayland by path", "linux", map[string]string{"WAYLAND_DISPLAY": filepath.Join(dir, "wayland-7")}, ""},
		{"x11 by path", "linux", map[string]string{"DISPLAY": filepath.Join(dir, "wayland-7")}, ""},
		{"wayland is gone", "linux", map[string]string{"WAYLAND_DISPLAY": "wayland-8", "XDG_RUNTIME_DIR": dir}, "No display server responds at WAYLAND_DISPLAY=wayland-8."},
		{"nonsense", "linux", map[string]string{"DISPLAY": "nonsense"}, "No display server responds at DISPLAY=nonsense."},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if err := CheckDisplay(t.Context(), c.goos, env(c.vars)); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestX11Addresses(t *testing.T) {
	for in, want := range map[string][]endpoint{
		":0":             {{"unix", "/tmp/.X11-unix/X0"}, {"unix", "@/tmp/.X11-unix/X0"}},
		":99.1":          {{"unix", "/tmp/.X11-unix/X99"}, {"unix", "@/tmp/.X11-unix/X99"}},
		"unix:1":         {{"unix", "/tmp/.X11-unix/X1"}, {"unix", "@/tmp/.X11-unix/X1"}},
		"localhost:10.0": {{"tcp", "localhost:6010"}},
		"[::1]:2":        {{"tcp", "[::1]:6002"}},
		":":              nil,
		":-1":            nil,
		":99999999":      nil,
		"":               nil,
	} {
		if diff := cmp.Diff(want, x11Addresses(in), cmp.AllowUnexported(endpoint{})); diff != "" {
			t.Errorf("%q: %s", in, diff)
		}
	}
}

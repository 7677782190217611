//go:build !nogui

package app

import (
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/claviger/claviger/ui/state"
)

// fyneModule is what the window is drawn with.
const fyneModule = "fyne.io/fyne/v2"

// buildOf says which program this is.
func buildOf(version, home string) state.Build {
	b := state.Build{
		Version: version, Go: strings.TrimPrefix(runtime.Version(), "go"), System: runtime.GOOS + "/" + runtime.GOARCH, Folder: home,
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == fyneModule {
				b.Fyne = m.Version
			}
		}
	}
	var session []string
	for _, name := range []string{"XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE"} {
		if v := os.Getenv(name); v != "" {
			session = append(session, v)
		}
	}
	b.Desktop = strings.Join(session, ", ")
	return b
}

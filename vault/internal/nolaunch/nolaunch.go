// Package nolaunch keeps a library from starting a D-Bus daemon.
//
// The keyring library connects to the session bus while the program is being
// initialised, before any of our code runs, and its D-Bus library runs
// dbus-launch where there is no bus: on a server that costs time without limit
// and leaves a daemon behind with each start. This package is initialised
// before them: packages are initialised in the order of their import paths
// once what they import is, and it imports nothing beyond os and strconv.
package nolaunch

import (
	"os"
	"strconv"
)

const variable = "DBUS_SESSION_BUS_ADDRESS"

// nowhere is an address at which nothing can listen.
const nowhere = "unix:path=/dev/null/no-session-bus"

func init() {
	if a := os.Getenv(variable); a != "" && a != "autolaunch:" {
		return
	}
	for _, name := range []string{"bus", "dbus-session"} {
		if _, err := os.Stat("/run/user/" + strconv.Itoa(os.Getuid()) + "/" + name); err == nil {
			return // the library finds it
		}
	}
	_ = os.Setenv(variable, nowhere)
}

// Restore takes the address away again, so that no child inherits it.
func Restore() {
	if os.Getenv(variable) == nowhere {
		_ = os.Unsetenv(variable)
	}
}

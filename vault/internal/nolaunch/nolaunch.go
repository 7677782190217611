// Package nolaunch keeps a library from starting a D-Bus daemon, or waiting
// without end for one, while the program starts.
//
// The keyring library connects to the session bus while the program is being
// initialised, before any of our code runs. Its D-Bus library runs dbus-launch
// if there is no bus, which on a server can take for ever and leaves a daemon
// behind at each start; and it waits for ever for a bus that accepts the
// connection and says nothing. This package is initialised before them:
// packages are initialised in the order of their import paths once what they
// import is, and it imports nothing that they do not.
package nolaunch

import (
	"os"
	"strconv"
	"strings"
	"time"
)

const variable = "DBUS_SESSION_BUS_ADDRESS"

// nowhere is an address at which nothing can listen.
const nowhere = "unix:path=/dev/null/no-session-bus"

// patience is how long a bus may take for its first answer. A working one takes a
// millisecond; only a program beside a broken one waits this long.
const patience = 2 * time.Second

// outcome is what the start found; it is not changed afterwards.
var outcome = look()

type found struct {
	// changed says that the variable holds nowhere, and before what it held.
	changed bool
	before  string
	silent  bool
}

// look sends the library nowhere if it would launch a daemon or hang.
func look() found {
	f := found{before: os.Getenv(variable)}
	address := f.before
	if address == "" || address == "autolaunch:" {
		address = discover()
	}
	f.silent = address != "" && silent(address, time.Now().Add(patience))
	f.changed = address == "" || f.silent
	if f.changed {
		_ = os.Setenv(variable, nowhere)
	}
	return f
}

// discover looks for a bus that no variable names, in the library's places.
func discover() string {
	dir := "/run/user/" + strconv.Itoa(os.Getuid()) + "/"
	if _, err := os.Stat(dir + "bus"); err == nil {
		return "unix:path=" + dir + "bus"
	}
	text, err := os.ReadFile(dir + "dbus-session")
	if err != nil {
		return ""
	}
	address, _ := strings.CutPrefix(string(text), variable+"=")
	return strings.TrimRight(address, "\r\n")
}

// Restore undoes the change, so that no child inherits it.
func Restore() {
	switch {
	case !outcome.changed || os.Getenv(variable) != nowhere:
	case outcome.before == "":
		_ = os.Unsetenv(variable)
	default:
		_ = os.Setenv(variable, outcome.before)
	}
}

// Silent reports whether there is a bus that did not answer when the program
// started.
func Silent() bool { return outcome.silent }

package doctor

import (
	"context"
	"errors"
	"runtime"
	"strings"

	"github.com/claviger/claviger/internal/desktop"
)

// display looks whether the window can open.
func (e *examination) display(ctx context.Context) finding {
	if !e.Window {
		return skipped("This build has no window.")
	}
	if err := desktop.CheckDisplay(ctx, runtime.GOOS, e.Getenv); err != nil {
		return odd("The window cannot open here: %s", err).mend("Everything works in a terminal too.", "claviger help")
	}
	return good("The window can open.")
}

// tray looks for a place for the tray icon.
func (e *examination) tray(ctx context.Context) finding {
	switch {
	case e.Tray == nil:
		return skipped("This build has no window.")
	case !e.Tray(ctx):
		return good("The desktop shows no tray icons. Closing the window ends Claviger, whatever the setting says.")
	}
	return good("The desktop shows tray icons.")
}

// errNoSession means that there is no session bus.
var errNoSession = errors.New("there is no D-Bus session")

// notifications looks whether the desktop shows notifications.
func (e *examination) notifications(ctx context.Context) finding {
	running, startable, err := onBus(ctx, "org.freedesktop.Notifications")
	switch {
	case errors.Is(err, errElsewhere):
		return skipped("It is looked at on Linux and BSD only.")
	case errors.Is(err, errNoSession):
		return good("There is no D-Bus session, and so no notifications.")
	case err != nil:
		return bad("The D-Bus session does not answer: %s. Notifications and the keyring need it.", reason(err)).
			mend("Log in to the desktop again.")
	case running:
		return good("The desktop shows notifications.")
	case startable:
		return good("The service for notifications starts when it is needed. It was not started for this.")
	}
	return odd("No service shows notifications on this desktop.").
		mend("Install one for your desktop, such as dunst or mako.", "sudo apt install dunst")
}

// errElsewhere means that this system has no such service.
var errElsewhere = errors.New("this system has another way")

// terminal looks whether questions can be asked, and whether the marks can be shown.
func (e *examination) terminal(context.Context) finding {
	switch {
	case e.Terminal == nil:
		return skipped("This is the window.")
	case !e.Terminal.In && !e.Terminal.Out:
		return skipped("This command runs without one: nothing can be asked, such as a passphrase.")
	case !e.Terminal.In:
		return good("Standard input is not a terminal: nothing can be asked, such as a passphrase.")
	}
	locale := ""
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} { // in the order of locale(7)
		if locale = e.Getenv(name); locale != "" {
			break
		}
	}
	utf8 := strings.Contains(strings.ReplaceAll(strings.ToUpper(locale), "-", ""), "UTF8")
	switch {
	case e.Getenv("TERM") == "dumb":
		return odd("TERM is dumb: QR codes and hidden passwords may not work.").mend("Use another terminal.")
	case !utf8 && runtime.GOOS != "windows" && runtime.GOOS != "darwin":
		return odd("The locale %q has no UTF-8: names and QR codes may look wrong.", locale).mend("Choose one with UTF-8.", "export LANG=C.UTF-8")
	}
	return good("Questions can be asked here.")
}

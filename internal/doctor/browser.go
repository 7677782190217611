package doctor

import (
	"context"
	"os"
	"runtime"
	"strings"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/shell"
)

// otherWays are the sign-ins that need no browser on this computer.
func otherWays() []string {
	return []string{"claviger login PROVIDER --device", "claviger login PROVIDER --no-browser"}
}

// browser says which program opens the browser, without starting it.
func (e *examination) browser(context.Context) finding {
	o, err := auth.FindOpener(runtime.GOOS, e.Getenv)
	where := e.whereAmI()
	switch {
	case err != nil && len(o.Missing) > 0:
		return bad("BROWSER names %s, which is not there.", strings.Join(o.Missing, " and ")).
			mend("Correct the variable, or remove it to use the system's browser.", shell.Here.Unset("BROWSER"))
	case err != nil && !o.Named && o.Program == "":
		return odd("No browser can be opened here: there is no display%s.", where).
			mend("Sign in with a code or a link, or name a browser in BROWSER.", otherWays()...)
	case err != nil:
		return bad("No browser can be opened: %s is not installed%s.", o.Program, where).
			mend("Install it, with Debian's package xdg-utils or one like it. On WSL, wslu has the browser of Windows: BROWSER=wslview.",
				append([]string{"sudo apt install xdg-utils"}, otherWays()...)...)
	case o.Named && len(o.Missing) > 0:
		return odd("BROWSER opens %s; before it, it names %s, which is not there.", o.Program, strings.Join(o.Missing, " and ")).
			mend("Correct the variable.")
	case o.Named:
		return good("BROWSER opens %s%s.", o.Program, where)
	case o.Program == "":
		return good("The system opens the browser.")
	}
	return e.handler(o.Program, where)
}

// handler looks for what the system's opener would start.
func (e *examination) handler(opener, where string) finding {
	switch name := webHandler(e.Getenv); name {
	case "":
		return odd("%s is there, but no browser is installed that opens https links%s.", opener, where).
			mend("Install a browser, or name one in BROWSER. Or sign in with a code or a link.", otherWays()...)
	default:
		return good("%s opens %s%s.", opener, name, where)
	}
}

// whereAmI says what is special about this session, as the end of a sentence.
func (e *examination) whereAmI() string {
	var out []string
	if e.Getenv("WSL_DISTRO_NAME") != "" {
		out = append(out, "in WSL")
	}
	if inContainer(e.Getenv) {
		out = append(out, "in a container")
	}
	if e.Getenv("SSH_CONNECTION") != "" {
		out = append(out, "over SSH")
	}
	if len(out) == 0 {
		return ""
	}
	return " (this session runs " + strings.Join(out, ", ") + ": the browser would be that of this computer)"
}

// inContainer reports whether docker, podman or systemd-nspawn run this program.
func inContainer(getenv func(string) string) bool {
	for _, mark := range []string{"/.dockerenv", "/run/.containerenv"} {
		if _, err := os.Lstat(mark); err == nil {
			return true
		}
	}
	return getenv("container") != ""
}

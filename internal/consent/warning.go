package consent

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/phrase"
)

// Warning is what a person should know before they answer; it is empty for most
// programs.
func (q Question) Warning() phrase.Text {
	switch {
	case q.Program.Forwarded:
		return "It carries the wishes of programs on another computer: whoever can use the connection there gets the token."
	case !q.Program.known():
		return "Its file is unknown, so it can be allowed only once."
	case q.Program.Elsewhere():
		return "It runs in a container or the like: the path is one in there, not one of this computer."
	case q.Program.InMemory():
		return "It runs from memory: there is no file of it on a disk."
	case q.Program.Tool():
		return "Any script can run it: what you allow it for longer, it may do for every script."
	case q.Program.Interpreter():
		return "It runs scripts: what you allow it for longer, it may do for every script."
	}
	return ""
}

// interpreters are names of programs that run others' words, without the version.
var interpreters = []string{
	"ash", "awk", "bash", "bun", "busybox", "cmd", "cscript", "csh", "dash", "deno", "dotnet", "elvish", "emacs", "expect", "fish", "gawk", "gdb", "gjs",
	"guile", "java", "julia", "ksh", "lua", "luajit", "make", "mksh", "mono", "node", "nodejs", "nu", "nvim", "osascript", "perl", "php", "powershell", "pwsh",
	"pypy", "python", "rscript", "ruby", "sh", "tclsh", "tcsh", "vim", "wish", "wscript", "xonsh", "zsh",
}

// tools are names of programs that send, or start, whatever a script tells them to.
var tools = []string{
	"curl", "doas", "env", "flock", "hurl", "nc", "ncat", "netcat", "nohup", "openssl", "parallel", "script", "setsid", "strace", "sudo", "time", "timeout",
	"tmux", "watch", "wget", "xargs", "xh",
}

// Tool reports whether a program is known to do so. Not all are known.
func (p Program) Tool() bool { return slices.Contains(tools, baseName(p.Path)) }

// InMemory reports whether a program runs from a file that no folder has
// (memfd_create(2)).
func (p Program) InMemory() bool { return strings.HasPrefix(p.Path, "/memfd:") }

// Elsewhere reports whether the path of a program leads to another file, or to none, on
// this computer itself.
func (p Program) Elsewhere() bool { return strings.HasPrefix(p.Path, "elsewhere:") }

// baseName is the name of a program without its version.
func baseName(path string) string {
	name := strings.ToLower(filepath.Base(path))
	return strings.TrimRight(strings.TrimSuffix(name, ".exe"), "0123456789.-")
}

// Interpreter reports whether a program is known to run scripts. Not all are known.
func (p Program) Interpreter() bool {
	name := baseName(p.Path)
	// The loader runs any program (ld.so(8)): ld-linux-x86-64.so.2, ld-musl-x86_64.so.1.
	return slices.Contains(interpreters, name) || strings.HasPrefix(name, "ld-") && strings.HasSuffix(name, ".so")
}

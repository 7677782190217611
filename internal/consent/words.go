package consent

import (
	"path/filepath"
	"slices"
	"strings"
)

// BothTokens is the form of an answer with the ID token beside the access token.
const BothTokens = "access token and the ID token"

// Fact is a line that a person needs to know before they answer.
type Fact struct{ Name, Value string }

// Facts are what a question is about, in the order to show them in; what is unknown
// is left out. The program chose some of these texts: clean them before they are shown.
func (q Question) Facts() []Fact {
	path := q.Program.Path
	if path == "" {
		path = "unknown"
	}
	through, carries := "", ""
	if q.Command {
		through = "a claviger command"
	}
	if q.Program.Forwarded {
		carries = "programs on another computer"
	}
	var facts []Fact
	for _, f := range []Fact{
		{"Program", path},
		{"Command", q.Program.CommandLine},
		{"Folder", q.Program.Dir},
		{"Started by", strings.Join(q.Program.Parents, ", in ")},
		{"Terminal", q.Program.Terminal},
		{"Through", through},
		{"For", carries},
		{"Account", q.Account},
		{"Scopes", strings.Join(q.Scopes, " ")},
		{"Gets", "the " + q.Form},
	} {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	return facts
}

// Warning is what a person should know before they answer; it is empty for most
// programs.
func (q Question) Warning() string {
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
	"awk", "bash", "bun", "busybox", "dash", "deno", "dotnet", "emacs", "expect", "fish", "gawk", "gdb", "guile", "java", "julia", "ksh", "lua", "luajit", "mono",
	"node", "nodejs", "osascript", "perl", "php", "pwsh", "python", "pypy", "ruby", "sh", "tclsh", "vim", "wish", "zsh",
}

// tools are names of programs that send whatever a script tells them to.
var tools = []string{"curl", "wget", "xh", "hurl", "nc", "ncat", "netcat", "openssl"}

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

// Meaning says what a rule does. One that this version does not know asks.
func (r Rule) Meaning() string {
	switch r {
	case Always:
		return "every program of yours gets tokens"
	case Never:
		return "no program gets tokens by itself"
	case Ask:
	}
	return "you are asked about each new program"
}

// ForCommands is what [AccountRule.Commands] means.
const ForCommands = "also for claviger's own commands"

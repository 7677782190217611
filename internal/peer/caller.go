package peer

import (
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/plain"
)

// program is a running program: its name, as the system has it, and who
// started it. Its arguments are left out: they can hold secrets.
type program struct {
	name   string
	parent int
}

// unknownCaller is who asked if the system does not say.
const unknownCaller = "a program on this computer"

// mostAncestors bounds the way up: ids can be taken again, and then lead in a
// circle.
const mostAncestors = 8

// Caller says which program a process is, for a person: its name and, if it is a
// shell, that of the first program above it that is not: "bash, in kitty". These are
// the names that the programs give themselves, not a proof.
func Caller(pid int) string { return callerAbove(pid, programOf) }

func callerAbove(pid int, look func(pid int) (program, bool)) string {
	shell := ""
	for range mostAncestors {
		p, ok := look(pid)
		name := strings.TrimSpace(plain.Line(p.name, 0))
		if !ok || name == "" {
			break
		}
		if !isShell(name) {
			if shell == "" {
				return name
			}
			return shell + ", in " + name
		}
		if shell == "" {
			shell = name
		}
		if pid = p.parent; pid <= 1 {
			break
		}
	}
	if shell == "" {
		return unknownCaller
	}
	return shell
}

// isShell reports whether a program runs others for someone else.
func isShell(name string) bool {
	name = strings.TrimSuffix(strings.ToLower(strings.TrimPrefix(name, "-")), ".exe")
	return slices.Contains([]string{
		"sh", "bash", "dash", "zsh", "fish", "ksh", "mksh", "tcsh", "csh", "busybox", "ash", "nu", "elvish", "xonsh",
		"pwsh", "powershell", "cmd", "sudo", "doas", "env", "xargs", "time", "timeout", "nohup",
	}, name)
}

package shell

import (
	"runtime"
	"strconv"
	"strings"
)

// System writes the commands of an operating system, by Go's name for it: those of a POSIX
// shell, and on "windows" those of PowerShell.
type System string

// Here is the system that this program was built for.
const Here = System(runtime.GOOS)

func (s System) windows() bool { return s == "windows" }

// Quote is [Quote] for the system's shell.
func (s System) Quote(text string) string {
	if s.windows() {
		return "'" + strings.NewReplacer("\x00", "", "'", "''").Replace(text) + "'"
	}
	return Quote(text)
}

// Word is [System.Quote] of what needs it.
func (s System) Word(text string) string {
	plain := func(c rune) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("/._-", c) || s.windows() && strings.ContainsRune(`\:`, c)
	}
	if text != "" && !strings.ContainsFunc(text, func(c rune) bool { return !plain(c) }) {
		return text
	}
	return s.Quote(text)
}

// Set sets a variable of the environment to a text, which it makes a word of the shell.
func (s System) Set(name, value string) string {
	if s.windows() {
		return "$env:" + name + " = " + s.Quote(value)
	}
	return "export " + name + "=" + s.Quote(value)
}

// SetLike sets a variable to what another one has.
func (s System) SetLike(name, other string) string {
	if s.windows() {
		return "$env:" + name + " = $env:" + other
	}
	return "export " + name + `="$` + other + `"`
}

// Unset removes a variable from the environment.
func (s System) Unset(name string) string {
	if s.windows() {
		return "Remove-Item " + s.Word("Env:"+name)
	}
	return "unset " + s.Word(name)
}

// End ends a process.
func (s System) End(pid int) string {
	if s.windows() {
		return "Stop-Process -Id " + strconv.Itoa(pid)
	}
	return "kill " + strconv.Itoa(pid)
}

// Own lets a folder and all in it be read and changed by this user, and by nobody else.
func (s System) Own(folder string) string {
	if s.windows() {
		return "icacls " + s.Word(folder) + ` /inheritance:r /grant:r "${env:USERNAME}:(OI)(CI)F" /T`
	}
	return "chmod -R u+rwX,go= " + s.Word(folder)
}

// OwnFile is [System.Own] of a file.
func (s System) OwnFile(file string) string {
	if s.windows() {
		return "icacls " + s.Word(file) + ` /inheritance:r /grant:r "${env:USERNAME}:F"`
	}
	return "chmod 600 " + s.Word(file)
}

// Look shows whose something is.
func (s System) Look(path string) string {
	if s.windows() {
		return "Get-Acl " + s.Word(path)
	}
	return "ls -ld " + s.Word(path)
}

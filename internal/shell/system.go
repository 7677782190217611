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

// Quote is [Quote] for the system's shell. PowerShell takes typographic quotation marks for
// its own.
func (s System) Quote(text string) string {
	if s.windows() {
		return "'" + strings.NewReplacer("\x00", "", "'", "''", "‘", "‘‘", "’", "’’", "‚", "‚‚", "‛", "‛‛").Replace(text) + "'"
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

// Home is a file in the person's own folder, as a word.
func (s System) Home(file string) string {
	if s.windows() {
		return `"$HOME\` + file + `"`
	}
	return "~/" + file
}

// Set sets a variable of the environment to a text.
func (s System) Set(name, value string) string { return s.set(name, s.Quote(value)) }

// SetHome sets a variable to a file in the person's own folder.
func (s System) SetHome(name, file string) string { return s.set(name, s.Home(file)) }

// SetLike sets a variable to what another one has.
func (s System) SetLike(name, other string) string {
	if s.windows() {
		return s.set(name, "$env:"+other)
	}
	return s.set(name, `"$`+other+`"`)
}

// set sets a variable to a word.
func (s System) set(name, word string) string {
	if s.windows() {
		return "$env:" + name + " = " + word
	}
	return "export " + name + "=" + word
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
func (s System) OwnFile(file string) string { return s.own(s.Word(file)) }

// OwnHome is [System.Own] of a file in the person's own folder.
func (s System) OwnHome(file string) string { return s.own(s.Home(file)) }

// own is [System.Own] of a file that is a word.
func (s System) own(word string) string {
	if s.windows() {
		return "icacls " + word + ` /inheritance:r /grant:r "${env:USERNAME}:F"`
	}
	return "chmod 600 " + word
}

// Make makes a folder, and those that it is to be in. On Windows others have the rights there
// that they have around it.
func (s System) Make(folder string) string {
	if s.windows() {
		return "mkdir " + s.Quote(folder)
	}
	return "mkdir -p -m 700 " + s.Quote(folder)
}

// Look shows whose something is.
func (s System) Look(path string) string {
	if s.windows() {
		return "Get-Acl " + s.Word(path)
	}
	return "ls -ld " + s.Word(path)
}

// Package shell writes what a shell reads: a POSIX shell, or PowerShell on Windows.
package shell

import "strings"

// Quote makes a text one word of a POSIX shell, whatever is in it but a NUL, which no
// word can have: that is left out.
func Quote(s string) string {
	return "'" + strings.ReplaceAll(strings.ReplaceAll(s, "\x00", ""), "'", `'\''`) + "'"
}

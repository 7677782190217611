//go:build !unix

package owner

import "io/fs"

const (
	// judged means that files have owners here, in this sense.
	judged    = false
	superuser = 0
	noWait    = 0
)

func me() int                          { return superuser }
func of(fs.FileInfo) int               { return superuser }
func groupOf(fs.FileInfo) int          { return superuser }
func unmapped(int) bool                { return false }
func private(string, fs.FileInfo) bool { return true }

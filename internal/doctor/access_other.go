//go:build !unix

package doctor

import "io/fs"

// writable cannot be known here without writing.
func writable(string) error { return nil }

// othersRead is always false: a user's profile is closed to others by its ACL.
func othersRead(fs.FileMode) bool { return false }

package auth

import (
	"crypto/rand"
	"strings"
)

// IsAccountID reports whether a name can be an account's ID. The store's record of an
// account has its ID as its name.
func IsAccountID(name string) bool {
	return len(name) == accountIDSize && !strings.ContainsFunc(name, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9')
	})
}

const accountIDSize = 12

// newAccountID returns 12 characters of 36: 62 bits.
func newAccountID() string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	id := make([]byte, 0, accountIDSize)
	var b [32]byte
	for len(id) < cap(id) {
		_, _ = rand.Read(b[:]) // never fails since Go 1.24
		for _, c := range b {
			// 252 is the largest multiple of 36: no letter comes more often.
			if c < 252 && len(id) < cap(id) {
				id = append(id, letters[c%36])
			}
		}
	}
	return string(id)
}

// pictureSuffix makes the name of an account's picture of its id.
const pictureSuffix = "-picture"

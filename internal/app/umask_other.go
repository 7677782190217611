//go:build !unix

package app

// keepOwnersRights has nothing to do without a umask.
func keepOwnersRights() {}

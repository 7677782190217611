//go:build !unix

package app

// keepOwnersRights has nothing to do where there is no umask.
func keepOwnersRights() {}

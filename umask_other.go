//go:build !unix

package main

// keepOwnersRights has nothing to do where there is no umask.
func keepOwnersRights() {}

// Package cli tests the command line as a person uses it: the built binary,
// one process a command, against providers on loopback.
package cli

// Package demo is an OpenID provider for signing in on a fresh machine with
// nothing registered.
//
// It listens on loopback only, has four invented people, and can be told to
// misbehave, for tests and for learning. Anybody on this computer can sign in
// there: it protects nothing.
package demo

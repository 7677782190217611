// Package register registers this app with a provider by request (RFC 7591), says what is
// other than asked for, and deletes the registration again (RFC 7592).
//
// It keeps nothing: the [Access] to a registration is the caller's to keep, like a
// secret. A [Registrar] is made of the [probe.Tester] of an auth.Agent.
package register

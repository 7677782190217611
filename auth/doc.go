// Package auth says how a sign-in happens: the authorization code flow with a
// loopback callback, the device flow, the tokens, their refresh, the accounts.
//
// An [Agent] holds the signed-in accounts of a person and hands out tokens
// that are not expired. It keeps what is to be remembered in a [Store].
package auth

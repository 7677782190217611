// Package history keeps what happened with accounts: sign-ins, refreshes, failures, and
// who got a token.
//
// A [History] lies in a store beside its account, is written in the background, and is
// bounded by number and size. It holds no token: a token has a fingerprint. Losing what
// was not written yet loses nothing that is needed to go on.
package history

// Package idtoken checks an ID token and says why.
//
// A [Verifier] makes the checks of OpenID Connect Core §3.1.3.7 and returns the list
// of them, each with its outcome and reason: go-oidc verifies the signature, this
// package the claims, since go-oidc stops at the first failure and leaves nonce, azp,
// at_hash and the subject to its caller. It makes no requests: keys come from a [Fetch]. It
// says nothing about access tokens, which are for the API that takes them.
package idtoken

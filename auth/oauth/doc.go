// Package oauth speaks OAuth 2.0 to one provider.
//
// A [Client] asks one provider as one client: it builds the authorization request
// (RFC 6749 §4.1.1), always with PKCE (RFC 7636), or pushes it (RFC 9126), judges the
// response (§4.1.2, RFC 9207), exchanges the code, refreshes and revokes tokens (§6,
// RFC 7009), and signs in by a code on another device (RFC 8628). Its tokens may be
// bound to a key (DPoP, RFC 9449), of which it makes the proofs. What it sends goes to
// the servers of its [Home] only, whatever an answer or a provider's file names later.
//
// What ties one request to its response (state, nonce, verifier) is an [Attempt]; it
// can be sealed, so that another process finishes what one began. What all clients of
// a program share (connections, the clock, what servers want in proofs) is a [Network].
//
// The requests for codes and tokens are written by golang.org/x/oauth2, over a transport
// of this package that bounds them, follows no redirect, proves client and key, measures
// the server's clock, records the exchange, and gives x/oauth2 an answer only if there is
// one. What it cannot do is done here (TestWhatXOAuth2CannotDo shows it): an error
// without the answer in it, lifetimes that are no whole number, a parameter that comes
// twice (RFC 8707 §2), client authentication at the device authorization endpoint (RFC
// 8628 §3.1), and the next poll after a failure of the network (§3.5). It knows nothing
// of pushed requests, revocation, proofs and the issuer of a response.
//
// The tests of a provider (auth/probe) and app registration (auth/register) ask the same
// servers and get answers of the same form (RFC 7591 §3.2): for them the package exports how
// an answer is read ([ParseAnswer], [AnswerSecrets], [StatusReason]) and what a refusal is
// about ([SubjectOf]).
//
// It keeps nothing, opens no browser and receives nothing: package auth/receive does
// that, and package auth, which knows accounts, decides when to refresh and what an
// error means for an account. It does not check ID tokens: package auth/idtoken does.
package oauth

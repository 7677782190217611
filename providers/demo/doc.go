// Package demo is an OpenID provider for signing in on a fresh machine with
// nothing registered.
//
// It listens on loopback only, has four invented people, and can be made to
// misbehave, for tests and for learning. Anyone on this computer can sign in
// there: it protects nothing.
//
// # The protocol
//
// Authorization code with PKCE (S256 only), refresh tokens with rotation and
// reuse detection, the device flow, revocation, introspection, userinfo and
// end-session, on github.com/zitadel/oidc/v3/pkg/op, with RFC 9207's iss added.
// There is one public client, [ClientID]. A refresh token comes with the scope
// offline_access; a person can take away every scope but openid.
//
// # Its pages
//
// They work without JavaScript and with the keyboard alone. Their elements have
// ids that tests can rely on: user-tess, user-ola, user-sam, user-noor on the
// login page; allow, deny, choose and scope-NAME on the consent page; user-code
// and continue for a device; sign-out. The first person, or the one that
// login_hint names, has the focus on the login page, and Allow on the consent
// page, so that pressing Enter twice signs in.
//
// A browser that is signed in is not asked who it is again, unless the request
// has prompt=login or select_account, or expects someone else (login_hint,
// id_token_hint). It is asked for consent again, unless the person agreed to
// these scopes before and either chose themselves just now or is the one that
// the request expects; prompt=consent always asks.
//
// # Its files
//
// [Options.Dir] holds demo.json (keys, sessions, consents, refresh tokens as
// hashes, the last address) and demo.lock, which the serving process holds. Two
// processes never write one state: the second finds the first, makes sure by a
// challenge that it serves this folder, and stands for it.
package demo

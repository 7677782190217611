// Package authtest is a provider and a browser for testing sign-ins.
//
// [NewProvider] starts an OpenID provider on loopback that insists on what the
// standards insist on (PKCE, exact redirect URIs, one use of each code and
// refresh token) and can be told to do wrong whatever real providers do wrong.
// [Browser] stands for the person: it follows a link to the callback, or does
// not. Both are for tests of programs that import package auth, as they are
// for its own; see the example.
package authtest

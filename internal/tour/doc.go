// Package tour shows what the program is for, as it happens, at the demo
// provider.
//
// [Run] signs an invented person in and goes on to everything that happens to
// an account: profile, groups, checks, tokens, a lost network, a forged
// callback, the sign-out. Nothing is staged. The provider, the browser's
// requests, the callback, the vault and the clock are real; only the person in
// the browser is played, by a visitor who reads the provider's pages and presses
// their buttons over HTTP. Each line is written from what was measured just
// before, and a step that came out differently says so.
//
// It works in a folder of its own, with a vault whose key is held in memory: no
// keyring, no passphrase, no browser, no display and no network are needed, and
// nothing that a person keeps is read or written.
package tour

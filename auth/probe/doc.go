// Package probe tests a provider without a browser and without signing anyone in: its
// file, its addresses, its keys, and whether it knows the client and the redirect URI.
//
// What cannot be found out without a person is [idtoken.Skipped], and no failure. A
// [Tester] keeps nothing, and sends nothing secret but the client's own credentials, to
// the provider's own endpoints.
package probe

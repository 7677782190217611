// Package providers says what a provider is: its endpoints, its registration
// rules, its scopes, how its answers are read.
//
// A provider is data. The built-in ones are TOML files in presets/, embedded
// in the binary; a person's own have the same form and live in providers.toml
// or providers.d/ of the configuration folder. [Load] reads all of them.
// Answers are read by jq expressions, so no provider needs Go code. Those of a file,
// which may be a stranger's, run in a process of their own: this program is started
// again, with the variable CLAVIGER_RUNS_EXPRESSION, and does nothing else then.
//
// The package knows nothing of sign-ins, accounts or windows.
package providers

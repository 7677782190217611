// Package providers says what a provider is: its endpoints, its registration
// rules, its scopes, and how its answers are read.
//
// A provider is data. The built-in ones are TOML files in presets/, embedded
// in the binary. A person's own have the same form and live in providers.toml
// or providers.d/ of the configuration folder. docs/provider-files.md describes every key.
//
// [Load] reads all of them and what the environment adds, such as client IDs.
// [Set.Lookup] finds one, [Provider.Ready] says what it still needs,
// [Provider.Metadata] asks the provider for its endpoints, and [Parse] checks a
// file without adding it. One bad file does not stop the others:
// [Set.Problems] has its error, with line and key.
//
// Answers are read by jq expressions, so no provider needs Go code. A file may be
// a stranger's, so its expressions run in a process of their own, within bounds: the
// program starts itself again with the variable CLAVIGER_RUNS_EXPRESSION, and that
// process does nothing else.
//
// The package does not make a file trustworthy: [Provider.Destinations] and
// [Provider.Questionable] say which servers it names, and the caller asks the person. It
// signs nobody in, stores no account and opens no window.
package providers

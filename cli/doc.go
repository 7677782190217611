// Package cli is the command line.
//
// [Run] builds the tree of commands, runs one of them and turns its error into
// words on standard error and an exit code. The rules:
//
//  1. Standard output has the result and nothing else; what a person reads
//     meanwhile goes to standard error.
//  2. A command opens only the services that it uses.
//  3. Words for errors come from problem.Explain, shared with the window.
//  4. What a provider sent is printed without control characters.
package cli

// Command report shows what `go test -json` says: with -progress, from standard
// input, a line for each package as it ends and a sign of life in between; with
// files, a summary of several runs that ends with go test's own lines.
// script/test runs it.
package main

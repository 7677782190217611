// Command report shows what `go test -json` says: with -progress, from standard
// input, a line for each package as it ends and a sign of life in between; with
// files, a summary of several runs that ends with go test's own lines; with -again and
// files, what is worth a second try.
// script/test runs it.
package main

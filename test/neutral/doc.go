// Package neutral tests that nothing outside providers knows a single provider:
// what is special about one is data of its file. It has no code of its own.
package neutral

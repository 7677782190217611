// Command hello is the floor of the whole-process measurements: what it costs
// to start any Go program at all.
package main

import "fmt"

func main() { fmt.Println("hello") }

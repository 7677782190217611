package plain

import (
	"fmt"
	"strconv"
)

// Count is a number of things: "1 group", "3 groups".
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// Lines are the first most lines, and one that says how many more there are, if
// there are more.
func Lines(lines []string, most int) []string {
	if len(lines) <= most {
		return lines
	}
	return append(lines[:most:most], fmt.Sprintf("and %d more", len(lines)-most))
}

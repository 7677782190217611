package plain

import "fmt"

// Lines are the first most lines, and one that says how many more there are, if
// there are more.
func Lines(lines []string, most int) []string {
	if len(lines) <= most {
		return lines
	}
	return append(lines[:most:most], fmt.Sprintf("and %d more", len(lines)-most))
}

package plain

import "fmt"

// Size is a whole number of KiB or MiB, in bytes, for people.
func Size(bytes int) string {
	if bytes >= 1<<20 {
		return fmt.Sprintf("%d MiB", bytes>>20)
	}
	return fmt.Sprintf("%d KiB", bytes>>10)
}

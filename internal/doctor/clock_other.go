//go:build !linux

package doctor

// setClock would be the commands that set the clock; the settings of the system do.
func setClock() []string { return nil }

//go:build !linux

package receive

// ListenerAt is not known here.
func ListenerAt(int) (pid int, ok bool) { return 0, false }

//go:build !linux && !freebsd && !openbsd && !netbsd

package doctor

import "context"

// onBus: there is no session bus here.
func onBus(context.Context, string) (running, startable bool, err error) {
	return false, false, errElsewhere
}

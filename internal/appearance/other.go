//go:build !(linux || freebsd || openbsd || netbsd)

package appearance

import "context"

// watch knows no way here: Fyne follows light and dark by itself.
func watch(context.Context, func(Wishes)) {}

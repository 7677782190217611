//go:build !nogui && !(linux || freebsd || openbsd || netbsd)

package app

import "context"

// hasTray reports whether the desktop shows tray icons: Windows and macOS do.
func hasTray(context.Context) bool { return true }

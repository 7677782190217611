//go:build nogui

package app

import "context"

// window is nil: this build has no window.
func (w *wiring) window() func(ctx context.Context, hidden bool) error { return nil }

// tray is nil, for the same reason.
func tray() func(ctx context.Context) bool { return nil }

//go:build nogui

package app

import "context"

// window is nil: this build has no window.
func (w *wiring) window() func(ctx context.Context) error { return nil }

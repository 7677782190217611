//go:build nogui

package app

import "context"

// window is nil: this build has none.
func (w *wiring) window() func(ctx context.Context) error { return nil }

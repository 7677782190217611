// Package asking says whether a call may ask a person for what it needs, such as the
// password of a keyring.
package asking

import (
	"context"
	"time"
)

type quietKey struct{}

// Quiet returns a context for work that nobody waits for: it asks no one.
func Quiet(ctx context.Context) context.Context { return context.WithValue(ctx, quietKey{}, true) }

// IsQuiet reports whether no one may be asked.
func IsQuiet(ctx context.Context) bool { return ctx.Value(quietKey{}) != nil }

type pressedKey struct{}

// Pressed returns a context for what a person asked for just now: a question that they
// closed before may come again, once, and is waited for.
func Pressed(ctx context.Context) context.Context {
	return context.WithValue(ctx, pressedKey{}, time.Now())
}

// PressedAt is when the person asked; false if nobody did.
func PressedAt(ctx context.Context) (time.Time, bool) {
	at, ok := ctx.Value(pressedKey{}).(time.Time)
	return at, ok
}

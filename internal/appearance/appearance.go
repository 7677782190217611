// Package appearance says how the desktop wants programs to look.
package appearance

import (
	"context"
	"image/color"
)

// Wishes are what the desktop asks of programs. The zero value asks for nothing.
type Wishes struct {
	// Accent is the colour of what stands out; one that is transparent is no wish.
	Accent color.NRGBA
	// Contrast asks for text and lines that stand out more.
	Contrast bool
	// Still asks that nothing moves by itself.
	Still bool
}

// Watch calls changed with the desktop's wishes, once they are known and whenever they
// change, until ctx ends. Where the desktop has no way to say them, it returns.
func Watch(ctx context.Context, changed func(Wishes)) { watch(ctx, changed) }

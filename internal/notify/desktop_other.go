//go:build !linux && !freebsd && !openbsd && !netbsd

package notify

import "context"

const native = false

// Desktop shows nothing here: the window has its own way.
type Desktop struct{}

// New returns a desktop.
func New(Options) *Desktop { return &Desktop{} }

// Show does nothing.
func (*Desktop) Show(string, Note) {}

// Close does nothing.
func (*Desktop) Close(string) {}

// Run does nothing until ctx ends.
func (*Desktop) Run(ctx context.Context) { <-ctx.Done() }

package attack

import (
	"context"
	"testing"
	"time"
)

// contextOf ends with the test and after d.
func contextOf(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeout(t.Context(), d)
}

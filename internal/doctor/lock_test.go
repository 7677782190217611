package doctor

import (
	"testing"

	"github.com/gofrs/flock"
)

// lock holds a lock until the test ends.
func lock(t *testing.T, path string) error {
	l := flock.New(path)
	t.Cleanup(func() { _ = l.Close() })
	_, err := l.TryLock()
	return err
}

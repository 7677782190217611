package unsteady

import (
	"os"
	"testing"
)

func TestSteady(*testing.T) {}

// TestUnsteady passes only when it is run again.
func TestUnsteady(t *testing.T) {
	t.Run("part", func(t *testing.T) {
		if os.Getenv("AGAIN") == "" {
			t.Error("the window came too late")
		}
	})
}

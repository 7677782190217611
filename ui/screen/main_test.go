package screen

import (
	"os"
	"testing"

	"github.com/claviger/claviger/ui/tongue"
)

// TestMain makes the texts English, whatever the desktop speaks.
func TestMain(m *testing.M) {
	if _, err := tongue.Speak("en"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

package oauth

import (
	"errors"
	"os"
	"regexp"
	"testing"

	"github.com/claviger/claviger/internal/ask"
)

func TestEveryTroubleOfAServerHasItsPhrase(t *testing.T) {
	text, err := os.ReadFile("../../internal/ask/trouble.go")
	if err != nil {
		t.Fatal(err)
	}
	kinds := regexp.MustCompile(`Why = "([a-z-]+)"`).FindAllStringSubmatch(string(text), -1)
	if len(kinds) < 16 {
		t.Fatalf("only %d", len(kinds))
	}
	for _, k := range kinds {
		if why := ask.Why(k[1]); !why.Offline() && troublePhrase(ask.Trouble{Why: why, Cause: errors.ErrUnsupported}) == "" {
			t.Errorf("%s has no phrase", why)
		}
	}
}

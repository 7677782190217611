package register

import (
	"fmt"
	"testing"

	"github.com/claviger/claviger/auth/problem"
)

// Each sentinel is found by its own words.
func TestSentinelsHaveTheirOwnWords(t *testing.T) {
	for code, err := range map[string]error{
		"no-registration": ErrNoRegistration, "registration-not-open": ErrNotOpen,
		"registration-rule": ErrNotThisApp, "initial-access-token": ErrInitialToken,
	} {
		if p := problem.Explain(fmt.Errorf("somewhere: %w", err), nil, ""); p.Code != code || p.Title == "" || p.Next == "" {
			t.Errorf("%v: %+v", err, p)
		}
	}
}

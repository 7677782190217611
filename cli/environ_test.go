package cli

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A child gets the one token, and nothing that opens more: neither what our own
// environment has nor a token of an outer exec, which may be another account's.
func TestEnvironmentOfAChild(t *testing.T) {
	got := childEnviron([]string{
		"PATH=/bin", "CLAVIGER_TOKEN=old", "CLAVIGER_TOKEN_TYPE=DPoP", "CLAVIGER_PASSPHRASE_FILE=/p", "CLAVIGER_KEY_FILE=/k",
		"CLAVIGER_WORK_CLIENT_SECRET=s", "CLAVIGER_WORK_CLIENT_ID=id", "WORK_CLIENT_SECRET=theirs", "CLAVIGER_TOKENS=x", "EMPTY=", "odd",
	})
	want := []string{"PATH=/bin", "CLAVIGER_WORK_CLIENT_ID=id", "WORK_CLIENT_SECRET=theirs", "CLAVIGER_TOKENS=x", "EMPTY=", "odd"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

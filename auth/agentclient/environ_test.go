package agentclient_test

import (
	"slices"
	"testing"

	"github.com/claviger/claviger/auth/agentclient"
)

// TestOnlyAProvidersVariablesAreUnknown: those have the provider's ID and the setting in
// their names.
func TestOnlyAProvidersVariablesAreUnknown(t *testing.T) {
	environ := []string{
		"HOME=/home/x", "CLAVIGER_HOME=/x", "CLAVIGER_KEY_FILE=/k", "CLAVIGER_TOKEN=t", "CLAVIGER_TOKEN_TYPE=Bearer",
		"CLAVIGER_PASSPHRASE_FILE=/p", "CLAVIGER_AGENT_SOCK=/s", "CLAVIGER_CACHE=/a/folder/of/a/script",
	}
	if got := agentclient.Unknown(environ); len(got) > 0 || !agentclient.AnswersFor(environ) {
		t.Errorf("%q may say something of a provider", got)
	}
	ofProviders := []string{"CLAVIGER_WORK_CLIENT_ID", "CLAVIGER_A_B", "CLAVIGER_WORK_ISSUER"}
	for _, name := range ofProviders {
		environ = append(environ, name+"=x")
	}
	if got := agentclient.Unknown(environ); !slices.Equal(got, ofProviders) || agentclient.AnswersFor(environ) {
		t.Errorf("%q, not %q", got, ofProviders)
	}
}

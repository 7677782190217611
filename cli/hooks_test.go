package cli_test

import (
	"testing"

	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/internal/hooks"
)

// TestAHookMayAskTheAgent: what it is told keeps no command in it from the agent.
func TestAHookMayAskTheAgent(t *testing.T) {
	for _, name := range hooks.Variables() {
		if !agentclient.AnswersFor([]string{name + "=a fact"}) {
			t.Errorf("%s may say something of a provider", name)
		}
	}
}

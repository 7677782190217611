package agentclient

import (
	"slices"
	"strings"
)

// AnswersFor reports whether an agent can answer in place of a process with this
// environment, as [os.Environ] has it: none of [Unknown] is in it.
func AnswersFor(environ []string, others ...string) bool {
	return len(Unknown(environ, others...)) == 0
}

// Unknown are the names of the variables of an environment that may say something of a
// provider (docs/provider-files.md), which the agent does not know of. Others that are
// known not to can be named.
func Unknown(environ []string, others ...string) []string {
	var names []string
	for _, kv := range environ {
		name, _, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(name, "CLAVIGER_") && !slices.Contains([]string{
			"CLAVIGER_HOME", "CLAVIGER_KEY_FILE", "CLAVIGER_PASSPHRASE_FILE", "CLAVIGER_TOKEN", "CLAVIGER_TOKEN_TYPE", EnvSocket,
		}, name) && !slices.Contains(others, name) {
			names = append(names, name)
		}
	}
	return names
}

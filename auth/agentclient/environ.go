package agentclient

import (
	"slices"
	"strings"
)

// AnswersFor reports whether an agent can answer in place of a process with this
// environment, as [os.Environ] has it. It cannot if a variable may say something of a
// provider (docs/provider-files.md), which the agent does not know of. Others that are
// known not to can be named.
func AnswersFor(environ []string, others ...string) bool {
	return !slices.ContainsFunc(environ, func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		return strings.HasPrefix(name, "CLAVIGER_") && !slices.Contains([]string{
			"CLAVIGER_HOME", "CLAVIGER_KEY_FILE", "CLAVIGER_PASSPHRASE_FILE", "CLAVIGER_TOKEN", "CLAVIGER_TOKEN_TYPE", EnvSocket,
		}, name) && !slices.Contains(others, name)
	})
}

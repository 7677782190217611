package agentclient

import (
	"slices"
	"strings"
)

// AnswersFor reports whether an agent can answer in place of a process with this
// environment, as [os.Environ] has it: none of [Unknown] is in it.
func AnswersFor(environ []string) bool {
	return len(Unknown(environ)) == 0
}

// Unknown are the names of the variables of an environment that may say something of a
// provider (docs/provider-files.md), which the agent does not know of: CLAVIGER_, the ID
// of the provider, _ and what is set, unless Claviger itself has a variable of that name.
func Unknown(environ []string) []string {
	var names []string
	for _, kv := range environ {
		name, _, _ := strings.Cut(kv, "=")
		rest, ok := strings.CutPrefix(name, "CLAVIGER_")
		if ok && strings.Contains(rest, "_") && !slices.Contains([]string{
			"CLAVIGER_KEY_FILE", "CLAVIGER_PASSPHRASE_FILE", "CLAVIGER_TOKEN_TYPE", "CLAVIGER_PROVIDER_NAME", EnvSocket,
		}, name) {
			names = append(names, name)
		}
	}
	return names
}

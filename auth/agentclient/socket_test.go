package agentclient

import "testing"

// Programs in other languages find the pipe by this rule (docs/agent-protocol.md).
func TestPipeOfAHome(t *testing.T) {
	const want = `\\.\pipe\claviger-76b8c50eb917704280bb7a04`
	for _, home := range []string{`C:\Users\Mira\AppData\Roaming\claviger`, `c:\users\mira\appdata\roaming\claviger`} {
		if got := pipeOf(home); got != want {
			t.Errorf("%s: %s, not %s", home, got, want)
		}
	}
}

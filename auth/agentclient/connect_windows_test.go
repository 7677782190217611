package agentclient

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"
)

// A path that is not a pipe of this computer is not opened at all: another computer
// would be asked in this user's name.
func TestOnlyPipesOfThisComputer(t *testing.T) {
	for _, path := range []string{`\\server\pipe\claviger`, `C:\agent.sock`, "agent.sock", `//./pipe/claviger`} {
		_, _, err := connect(t.Context(), path)
		if err == nil || !strings.Contains(err.Error(), `begins with \\.\pipe\`) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestNoAgentThere(t *testing.T) {
	_, err := New(pipeRoot + "claviger-test-none").Status(context.Background())
	if !errors.Is(err, ErrNoAgent) || !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

package agentclient

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// EnvSocket names the environment variable with the path of the agent's socket, for
// an agent elsewhere, such as one that ssh forwards.
const EnvSocket = "CLAVIGER_AGENT_SOCK"

// maxSocketPath is the longest path that fits into a socket address on every system:
// macOS has 104 bytes with the final zero.
const maxSocketPath = 100

// DefaultSocket is the path of the socket that programs of this user find the agent
// at: what CLAVIGER_AGENT_SOCK says, or else that of CLAVIGER_HOME, or of the user's
// configuration folder. It is "" if there is none of them.
func DefaultSocket() string {
	if path := os.Getenv(EnvSocket); path != "" {
		return path
	}
	home, err := filepath.Abs(os.Getenv("CLAVIGER_HOME"))
	if os.Getenv("CLAVIGER_HOME") == "" {
		home, err = os.UserConfigDir()
		home = filepath.Join(home, "claviger")
	}
	if err != nil {
		return ""
	}
	return SocketOf(home)
}

// SocketOf is the path of the socket of the agent that serves the home folder at an
// absolute path. That of the default home is $XDG_RUNTIME_DIR/claviger/agent.sock, if
// there is such a folder; another home has it within itself, or, if that path is too
// long for a socket, in a folder for run-time files that is named after it. On Windows
// it is the path of a named pipe, which is named after the home.
func SocketOf(home string) string {
	if runtime.GOOS == "windows" {
		return pipeOf(home)
	}
	run := os.Getenv("XDG_RUNTIME_DIR")
	if !filepath.IsAbs(run) {
		run = ""
	}
	if config, err := os.UserConfigDir(); err == nil && run != "" && home == filepath.Join(config, "claviger") {
		return filepath.Join(run, "claviger", "agent.sock")
	}
	path := filepath.Join(home, "run", "agent.sock")
	if len(path) <= maxSocketPath {
		return path
	}
	if run == "" {
		run = os.TempDir()
	}
	return filepath.Join(run, named(home), "agent.sock")
}

// pipeRoot begins the path of every named pipe of this computer.
const pipeRoot = `\\.\pipe\`

// pipeOf is the path of a home's named pipe. Paths of files are the same in capitals and
// in small letters on Windows.
func pipeOf(home string) string { return pipeRoot + named(strings.ToLower(home)) }

// named is a name for the agent of a home.
func named(home string) string {
	sum := sha256.Sum256([]byte(home))
	return "claviger-" + hex.EncodeToString(sum[:12])
}

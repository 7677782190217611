package unit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"unicode"

	"github.com/claviger/claviger/internal/autostart"
	"github.com/claviger/claviger/internal/durable"
	"github.com/claviger/claviger/internal/launchd"
)

// ErrNone means that this system has no service manager that is known here.
var ErrNone = errors.New("no service manager that Claviger knows: systemd or launchd")

// Agent is the agent that is to be started.
type Agent struct {
	// Program is the absolute path of claviger.
	Program string
	// Socket is the path of its socket.
	Socket string
	// Env are variables that it needs, as NAME=VALUE.
	Env []string
}

// Manager is a service manager.
type Manager struct {
	// files are the paths and contents of what it reads.
	files func(a Agent) []file
	// start are the commands that have it read them, stop those that have it stop the
	// agent, forget those that have it see that they are gone.
	start, stop, forget [][]string
	// program reads from a file which program it starts; "" if it is another file.
	program func(text string) string
	// enabled is a file that is there if the manager starts the agent by itself; the
	// manager may have made it, and its folder.
	enabled string
	// login, if set, is in place of all that: the log-in starts the agent.
	login login
}

// login is the log-in of a system without a service manager, see [autostart.Login].
type login interface {
	Where() string
	Look() (autostart.State, error)
	Enable(s autostart.Start) error
	Disable() error
}

type file struct{ path, text string }

// Here is that of this system and user.
func Here() (*Manager, error) {
	if l := autostart.OfAgent(); l != nil {
		return &Manager{login: l}, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return nil, err
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return nil, err
	}
	return Of(runtime.GOOS, home, config)
}

// Of is the service manager of a system; home is the user's home folder, config that of
// configurations.
func Of(goos, home, config string) (*Manager, error) {
	switch goos {
	case "linux":
		dir := filepath.Join(config, "systemd", "user")
		return &Manager{
			files: func(a Agent) []file {
				return []file{
					{filepath.Join(dir, "claviger-agent.socket"), systemdSocket(a)},
					{filepath.Join(dir, "claviger-agent.service"), systemdService(a)},
				}
			},
			start: [][]string{{"systemctl", "--user", "daemon-reload"}, {"systemctl", "--user", "enable", "--now", "claviger-agent.socket"}},
			// One that failed stays known without its file, and the pattern is of those that are known.
			stop:    [][]string{{"systemctl", "--user", "stop", "claviger-agent.socket", "claviger-agent.service"}, {"systemctl", "--user", "reset-failed", "claviger-agent.*"}},
			forget:  [][]string{{"systemctl", "--user", "daemon-reload"}},
			program: systemdProgram,
			enabled: filepath.Join(dir, "sockets.target.wants", "claviger-agent.socket"),
		}, nil
	case "darwin":
		path := filepath.Join(home, "Library", "LaunchAgents", LaunchdLabel+".plist")
		return &Manager{
			files:   func(a Agent) []file { return []file{{path, launchdList(a)}} },
			start:   [][]string{{"launchctl", "load", "-w", path}},
			stop:    [][]string{{"launchctl", "unload", "-w", path}},
			program: launchd.Program, enabled: path,
		}, nil
	}
	return nil, ErrNone
}

// Enable are the commands that have the manager start the agent, for a person.
func (m *Manager) Enable() []string {
	if m.login != nil {
		return []string{"claviger agent --install"}
	}
	out := make([]string, 0, len(m.start))
	for _, c := range m.start {
		out = append(out, strings.Join(c, " "))
	}
	return out
}

// Result is what was done.
type Result struct {
	// Files were written or removed.
	Files []string
	// Next means that it has an effect from the next log-in on only.
	Next bool
	// Todo are the commands that did not work, for the person; Reason is why.
	Todo   []string
	Reason error
}

// Install writes the files and has the manager start the agent from now on.
func (m *Manager) Install(ctx context.Context, a Agent) (Result, error) {
	var out Result
	if m.login != nil {
		return Result{Files: []string{m.login.Where()}, Next: true}, m.login.Enable(autostart.Start{Program: a.Program, Args: []string{"agent"}, Env: a.Env})
	}
	if strings.ContainsAny(a.Program, unusable) {
		return out, fmt.Errorf("%s cannot be started by a service manager; move it to a path without quotes", a.Program)
	}
	if !filepath.IsAbs(a.Socket) || strings.ContainsFunc(a.Socket, unicode.IsControl) {
		return out, fmt.Errorf("%q cannot be the socket of a service: set CLAVIGER_AGENT_SOCK to an absolute path", a.Socket)
	}
	for _, f := range m.files(a) {
		if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
			return out, err
		}
		if err := durable.Replace(f.path, []byte(f.text)); err != nil {
			return out, fmt.Errorf("%s: %w", f.path, err)
		}
		out.Files = append(out.Files, f.path)
	}
	out.run(ctx, m.start)
	return out, nil
}

// Remove has the manager stop the agent, and removes the files. What is not there is no
// error.
func (m *Manager) Remove(ctx context.Context) (Result, error) {
	var out Result
	if m.login != nil {
		if s, err := m.login.Look(); s.Program == "" || err != nil {
			return out, err
		}
		return Result{Files: []string{m.login.Where()}, Next: true}, m.login.Disable()
	}
	var there []string
	for _, f := range append(m.files(Agent{}), file{path: m.enabled}) {
		if _, err := os.Lstat(f.path); err == nil && !slices.Contains(there, f.path) {
			there = append(there, f.path)
		}
	}
	if len(there) == 0 {
		return out, nil
	}
	out.run(ctx, m.stop)
	for _, path := range there {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return out, err
		}
		out.Files = append(out.Files, path)
	}
	if dir := filepath.Dir(m.enabled); strings.HasSuffix(dir, ".wants") {
		_ = os.Remove(dir) // unless others are in it
	}
	out.run(ctx, m.forget)
	return out, nil
}

// run runs commands; after one that fails, the others are for the person.
func (r *Result) run(ctx context.Context, commands [][]string) {
	for _, c := range commands {
		if r.Reason == nil {
			cmd := exec.CommandContext(ctx, c[0], c[1:]...) //nolint:gosec // fixed commands
			if out, err := cmd.CombinedOutput(); err != nil {
				r.Reason = fmt.Errorf("%s: %w: %s", c[0], err, bytes.TrimSpace(out))
			}
		}
		if r.Reason != nil {
			r.Todo = append(r.Todo, strings.Join(c, " "))
		}
	}
}

// unusable are characters that systemd takes in no path of a program.
const unusable = "\"'\\\n"

// quoted is a word of a unit file (systemd.syntax(7)): "%" begins a specifier.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "%", "%%", "\n", `\n`).Replace(s) + `"`
}

func systemdSocket(a Agent) string {
	return `# Written by claviger agent --install.
[Unit]
Description=Socket of the Claviger agent

[Socket]
ListenStream=` + strings.ReplaceAll(a.Socket, "%", "%%") + `
SocketMode=0600
DirectoryMode=0700
RemoveOnStop=yes

[Install]
WantedBy=sockets.target
`
}

func systemdService(a Agent) string {
	var env strings.Builder
	for _, kv := range a.Env {
		env.WriteString("Environment=" + quoted(kv) + "\n")
	}
	// ":" leaves "$" in the command line as it is (systemd.service(5)).
	return `# Written by claviger agent --install.
[Unit]
Description=Claviger agent: fresh tokens for your programs
Requires=claviger-agent.socket

[Service]
ExecStart=:` + quoted(a.Program) + ` agent
` + env.String() + `Restart=on-failure
UMask=0077
NoNewPrivileges=yes
LimitCORE=0
`
}

// LaunchdLabel is the agent's name for launchd.
const LaunchdLabel = "io.github.claviger.agent"

func launchdList(a Agent) string {
	return launchd.Job{
		Label: LaunchdLabel, Writer: "claviger agent -install", Arguments: []string{a.Program, "agent"}, Env: a.Env, KeepAlive: true,
	}.List()
}

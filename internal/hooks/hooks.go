// Package hooks runs the commands that a person wrote for events.
//
// A command runs as the person, without a shell, and gets the facts in its environment,
// none of which is a secret. Of an event, one runs at a time, and none for longer than
// its time.
package hooks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// limit is how long a command may run. Then it is ended, with all that it started.
	limit = 10 * time.Second
	// maxWaiting bounds the commands of an event that wait.
	maxWaiting = 32
	// maxOutput bounds what is logged of a command's output, in bytes.
	maxOutput = 2 << 10
)

// Variables are the names of those that a command gets.
func Variables() []string {
	return []string{
		"CLAVIGER_EVENT", "CLAVIGER_ACCOUNT", "CLAVIGER_PROVIDER", "CLAVIGER_PROVIDER_NAME", "CLAVIGER_USER", "CLAVIGER_PROGRAM",
		"CLAVIGER_REASON", "CLAVIGER_UNTIL",
	}
}

// Hook is a command to run.
type Hook struct {
	// Event is its name: of each, one command runs at a time.
	Event string
	// Command is the program and its arguments.
	Command []string
	// Facts are the values of [Variables]; one that is missing is not set.
	Facts map[string]string
}

// Runner runs hooks. It is safe for concurrent use.
type Runner struct {
	environ func() []string
	log     *slog.Logger
	limit   time.Duration

	mu      sync.Mutex
	waiting map[string][]Hook // by event; an event that is there is at work
	running sync.WaitGroup
}

// New returns a runner. environ is the environment that a command gets beside its facts.
func New(environ func() []string, log *slog.Logger) *Runner {
	return &Runner{environ: environ, log: log, limit: limit, waiting: map[string][]Hook{}}
}

// Run runs a hook, or has it wait for those of the same event. It does not wait for it.
// When ctx ends, so does the command.
func (r *Runner) Run(ctx context.Context, h Hook) {
	r.mu.Lock()
	defer r.mu.Unlock()
	list, busy := r.waiting[h.Event]
	switch {
	case !busy:
		r.waiting[h.Event] = nil
		r.running.Go(func() { r.work(ctx, h) })
	case len(list) >= maxWaiting:
		r.log.Error("too many hooks wait; this one is not run", "event", h.Event)
	default:
		r.waiting[h.Event] = append(list, h)
	}
}

// Wait waits until no hook runs.
func (r *Runner) Wait() { r.running.Wait() }

// work runs hooks of an event until none waits.
func (r *Runner) work(ctx context.Context, h Hook) {
	for {
		if ctx.Err() == nil {
			r.one(ctx, h)
		}
		r.mu.Lock()
		list := r.waiting[h.Event]
		if len(list) == 0 {
			delete(r.waiting, h.Event)
			r.mu.Unlock()
			return
		}
		h, r.waiting[h.Event] = list[0], list[1:]
		r.mu.Unlock()
	}
}

// one runs a hook and notes how it ended.
func (r *Runner) one(ctx context.Context, h Hook) {
	ctx, cancel := context.WithTimeout(ctx, r.limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, h.Command[0], h.Command[1:]...) // #nosec G204 -- the command is the person's own
	cmd.Env = withFacts(r.environ(), h.Facts)
	out := &head{most: maxOutput}
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = time.Second // for what it started, which may hold its output open
	inGroup(cmd)
	err := cmd.Run()
	endGroup(cmd)
	about := []any{"event", h.Event, "command", h.Command[0]}
	if text := out.String(); text != "" {
		r.log.Info("a hook's output", append(about, "output", text)...)
	}
	ended, isExit := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil, errors.Is(err, exec.ErrWaitDelay):
		r.log.Info("a hook ran", about...)
	case ctx.Err() != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		r.log.Error("a hook took too long and was ended", append(about, "limit", r.limit)...)
	case isExit:
		r.log.Error("a hook failed", append(about, "exit", ended.ExitCode())...)
	default:
		r.log.Error("a hook could not be run", append(about, "error", err)...)
	}
}

// withFacts is an environment with facts in place of what it says of them.
func withFacts(environ []string, facts map[string]string) []string {
	out := slices.DeleteFunc(slices.Clone(environ), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		return slices.Contains(Variables(), name)
	})
	for _, name := range Variables() {
		if v, ok := facts[name]; ok && !strings.ContainsRune(v, 0) {
			out = append(out, fmt.Sprintf("%s=%s", name, v))
		}
	}
	return out
}

// head keeps the beginning of what is written to it.
type head struct {
	mu   sync.Mutex
	most int
	text bytes.Buffer
}

// Write implements [io.Writer]. It takes everything.
func (h *head) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.text.Write(p[:min(len(p), h.most-h.text.Len())])
	return len(p), nil
}

func (h *head) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

package app

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/term"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/cli"
	"github.com/claviger/claviger/internal/owner"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// wiring opens the parts of the program on first use and closes what it
// opened.
type wiring struct {
	version string
	environ []string
	level   slog.LevelVar
	log     *slog.Logger
	prompt  cli.Prompter
	keyFile keyFile
	// unattended is set if no one is at the terminal: the window asks for a
	// passphrase by itself.
	unattended bool
	// lookOnly is set for a command that changes nothing in the vault.
	lookOnly bool

	home      func() (string, error)
	openSet   func() (*providers.Set, error)
	openVault func() (*vault.Vault, error)
	openAgent func() (*auth.Agent, error)
	demo      *demoStarter
	closers   closers
}

func newWiring(release string) *wiring {
	w := &wiring{environ: os.Environ(), version: versionText(release)}
	hideClientSecrets(w.environ)
	// The commands say what people should know; the log is for --verbose.
	w.level.Set(slog.LevelError)
	w.log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: &w.level}))
	w.prompt = cli.Prompter{File: os.Getenv("CLAVIGER_PASSPHRASE_FILE"), In: os.Stdin, Err: os.Stderr}
	w.keyFile = findKeyFile()
	w.demo = &demoStarter{w: w}
	w.home = sync.OnceValues(safeHome)
	w.openSet = sync.OnceValues(w.newSet)
	w.openVault = sync.OnceValues(w.newVault)
	w.openAgent = sync.OnceValues(w.newAgent)
	return w
}

// muteLibraries takes the default structured logger away from the libraries
// that use it: the demo's OpenID library logs refused requests with their state
// to it, and the commands say what people should know. The plain logger, which that
// would replace too, stays: Fyne reports its troubles there.
func muteLibraries() {
	out, flags := log.Writer(), log.Flags()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	log.SetOutput(out)
	log.SetFlags(flags)
}

// hideClientSecrets removes client secrets from this process's environment once
// they are read: the browser that it starts would inherit them, and every
// program that the browser starts. The command of exec gets none either.
func hideClientSecrets(environ []string) {
	for _, kv := range environ {
		name, _, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(name, "CLAVIGER_") && strings.HasSuffix(name, "_CLIENT_SECRET") {
			_ = os.Unsetenv(name) // fails only for impossible names
		}
	}
}

// services is what the commands get.
func (w *wiring) services() cli.Services {
	return cli.Services{
		Agent: w.openAgent, Providers: w.openSet, Vault: w.openVault,
		SaveSecret: w.saveSecret, MoveSecret: w.moveSecret, SaveRegistration: w.saveRegistration, Registration: w.registration,
		ImportRules: w.importRules(),
		Home:        w.home, Unattended: func() { w.unattended = true }, Examined: w.examined, AgentSocket: os.Getenv(agentclient.EnvSocket),
		Attend: w.attend,
		Demo:   w.runDemo, Tour: w.runTour, Window: w.window(),
		Environ:    w.keyFile.forCommands(w.environ),
		Passphrase: w.prompt.Passphrase, NewPassphrase: w.prompt.NewPassphrase, PassphraseFile: w.prompt.File,
		Interactive: term.IsTerminal(int(os.Stdin.Fd())), Columns: columns(os.Stderr),
		LogLevel: &w.level,
		Close:    w.closers.close,
		In:       os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Version: w.version,
	}
}

// columns is the width of a terminal, 0 if f is not one.
func columns(f *os.File) int {
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// homeFolder is the folder of everything that Claviger keeps.
func homeFolder() (string, error) {
	if dir := os.Getenv("CLAVIGER_HOME"); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("no configuration folder; set CLAVIGER_HOME: %w", err)
	}
	return filepath.Join(dir, "claviger"), nil
}

// safeHome is [homeFolder] if no other user can change what is in it.
func safeHome() (string, error) {
	dir, err := homeFolder()
	if err != nil {
		return "", err
	}
	return dir, owner.Dir(dir)
}

func (w *wiring) newSet() (*providers.Set, error) {
	home, err := w.home()
	if err != nil {
		return nil, err
	}
	return providers.Load(home, w.environ)
}

func (w *wiring) newVault() (*vault.Vault, error) {
	home, err := w.home()
	if err != nil {
		return nil, err
	}
	// The window refreshes tokens by itself, which does not count as use of the vault.
	o := vault.Options{UseIsTold: w.unattended, KeyFile: w.keyFile.path, KeyFileIsCredential: w.keyFile.credential, ReadOnly: w.lookOnly}
	o.Waiting = func(h vault.Holder) {
		if w.unattended {
			w.log.Warn("waiting for a lock", "holder", h.String())
			return
		}
		cli.TellWaiting(os.Stderr, h)
	}
	if !w.unattended || w.prompt.File != "" {
		o.AskPassphrase = func(ctx context.Context) (string, error) {
			return w.prompt.Passphrase(ctx, "Vault passphrase")
		}
	}
	v, err := vault.Open(filepath.Join(home, "vault"), o)
	if err != nil {
		return nil, err
	}
	w.closers.add(v.Close)
	return v, nil
}

func (w *wiring) newAgent() (*auth.Agent, error) {
	set, err := w.openSet()
	if err != nil {
		return nil, err
	}
	v, err := w.openVault()
	if err != nil {
		return nil, err
	}
	a, err := auth.New(auth.Options{
		Lookup:   set.Lookup,
		Problems: set.ProblemsOf,
		Store:    v,
		Secret:   clientSecrets{v, set}.get,
		Prepare:  w.demo.prepare,
		Log:      w.log,
	})
	if err != nil {
		return nil, err
	}
	w.closers.add(a.Close)
	return a, nil
}

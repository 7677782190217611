package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"

	"golang.org/x/term"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/shell"
	"github.com/claviger/claviger/internal/strength"
	"github.com/claviger/claviger/vault"
)

// Prompter asks for passphrases: in the file that CLAVIGER_PASSPHRASE_FILE
// names, else on the terminal, without echo.
type Prompter struct {
	// File is the value of CLAVIGER_PASSPHRASE_FILE.
	File string
	// In is standard input: a new passphrase is read from it if there is no
	// terminal.
	In io.Reader
	// Err gets the warnings.
	Err io.Writer
}

// Passphrase reads the vault's passphrase.
func (p *Prompter) Passphrase(ctx context.Context, prompt string) (string, error) {
	if p.File != "" {
		return p.fileLine(ctx)
	}
	tty, err := openTerminal()
	if err != nil {
		return "", noTerminal()
	}
	defer func() { _ = tty.Close() }() // only read from
	return ask(ctx, tty, prompt)
}

// NewPassphrase lets a person choose a passphrase, typed twice; a weak one
// needs a yes. Without a terminal it is one line of standard input, and not weak.
func (p *Prompter) NewPassphrase(ctx context.Context, prompt string) (string, error) {
	tty, err := openTerminal()
	if err != nil {
		return strong(p.line(ctx))
	}
	defer func() { _ = tty.Close() }() // only read from
	one, err := ask(ctx, tty, prompt)
	if err != nil {
		return "", err
	}
	if one == "" {
		return "", usage(errors.New("the passphrase must not be empty"))
	}
	two, err := ask(ctx, tty, "Confirm passphrase")
	if err != nil {
		return "", err
	}
	if one != two {
		return "", &problemError{problem: problem.Problem{
			Kind: problem.KindFailed, Title: "The passphrases do not match", Next: "Nothing was changed. Try again.", Code: "passphrases-differ",
		}}
	}
	if !vault.WeakPassphrase(one) {
		if strength.Of(one) == strength.Weak {
			_, err = fmt.Fprintln(tty.out, "This passphrase is easy to guess. A few more words make it strong; you can change it at any time.")
		}
		return one, err
	}
	sure, err := confirm(ctx, tty.in, tty.out, fmt.Sprintf("This passphrase is weak: it has fewer than %d characters. Use it anyway?", vault.MinPassphrase))
	switch {
	case err != nil:
		return "", err
	case !sure:
		return "", tooShort(problem.KindFailed)
	}
	return one, nil
}

// strong refuses a weak new passphrase if there is no one to ask.
func strong(passphrase string, err error) (string, error) {
	if err == nil && vault.WeakPassphrase(passphrase) {
		return "", tooShort(problem.KindUsage)
	}
	return passphrase, err
}

func tooShort(k problem.Kind) error {
	return &problemError{problem: problem.Problem{
		Kind: k, Title: "The passphrase is too short", Code: "weak-passphrase",
		Next: fmt.Sprintf("Nothing was changed. Use at least %d characters; a few words are easy to remember.", vault.MinPassphrase),
	}}
}

// line reads a passphrase as one line of standard input.
func (p *Prompter) line(ctx context.Context) (string, error) {
	line, err := firstLine(ending{ctx, p.In, "standard input", p.Err})
	switch {
	case err == nil:
		return line, nil
	case !errors.Is(err, errEmptyLine):
		return "", readingInput(err)
	}
	return "", &problemError{problem: problem.Problem{
		Kind:  problem.KindLocked,
		Title: "There is no terminal to ask for a passphrase",
		Next:  "Write it to standard input as one line.",
		Code:  "no-passphrase",
	}}
}

// readingInput is the error of a standard input that cannot be read.
func readingInput(err error) error {
	if _, stated := errors.AsType[*problemError](err); stated {
		return err
	}
	if pathErr, ok := errors.AsType[*os.PathError](err); ok {
		err = pathErr.Err
	}
	return fmt.Errorf("reading standard input: %w", err)
}

// fileLine is fromFile with an end, if the file is a pipe that no one writes to.
func (p *Prompter) fileLine(ctx context.Context) (string, error) {
	line, err := fileWithin(ctx, p.Err, p.File, p.fromFile)
	if errors.Is(err, errSilent) {
		return "", unusableFile(p.File, err)
	}
	return line, err
}

// fromFile reads the first line of the file.
func (p *Prompter) fromFile() (string, error) {
	f, err := os.Open(p.File)
	if err != nil {
		return "", unusableFile(p.File, err)
	}
	defer func() { _ = f.Close() }() // only read from
	info, err := f.Stat()
	if err != nil {
		return "", unusableFile(p.File, err)
	}
	if err := holdsText(f, info.Mode()); err != nil {
		return "", unusableFile(p.File, err)
	}
	if runtime.GOOS != "windows" && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
		writeLine(p.Err, "claviger: others on this machine can read %s; protect it: %s", clean(p.File), shell.Here.OwnFile(clean(p.File)))
	}
	line, err := firstLine(f)
	if err != nil {
		return "", unusableFile(p.File, err)
	}
	return line, nil
}

// ask reads a line from a terminal without echo. The terminal is raw before the
// prompt is shown, so that nothing typed after it can be echoed. When ctx ends
// the terminal is put back as it was; the read itself cannot be called off and
// ends with the program.
func ask(ctx context.Context, tty *terminal, prompt string) (string, error) {
	fd := int(tty.in.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return "", fmt.Errorf("terminal: %w", err)
	}
	type answer struct {
		line string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		line, err := term.NewTerminal(tty, "").ReadPassword(prompt + ": ")
		answers <- answer{line, err}
	}()
	var a answer
	select {
	case <-ctx.Done():
		a.err = ctx.Err()
	case a = <-answers:
	}
	if err := term.Restore(fd, before); err != nil {
		return "", fmt.Errorf("terminal: %w", err)
	}
	switch {
	case ctx.Err() != nil:
		_, _ = fmt.Fprintln(tty.out)
		return "", interrupted()
	case errors.Is(a.err, io.EOF): // Ctrl-C or Ctrl-D: no signal in a raw terminal
		_, _ = fmt.Fprintln(tty.out)
		return "", interrupted()
	case a.err != nil && !errors.Is(a.err, term.ErrPasteIndicator):
		return "", fmt.Errorf("reading the passphrase: %w", a.err)
	}
	return a.line, nil
}

// terminal is the person's terminal, wherever the standard files lead.
type terminal struct{ in, out *os.File }

// Read and Write make it an [io.ReadWriter].
func (t *terminal) Read(p []byte) (int, error)  { return t.in.Read(p) }
func (t *terminal) Write(p []byte) (int, error) { return t.out.Write(p) }

// forget drops what was typed and not read yet.
func (t *terminal) forget() {
	if raw, err := t.in.SyscallConn(); err == nil {
		_ = raw.Control(flush) // a closed terminal has nothing to drop
	}
}

// Close closes both files.
func (t *terminal) Close() error { return errors.Join(t.in.Close(), t.out.Close()) }

func openTerminal() (*terminal, error) {
	inName, outName := "/dev/tty", "/dev/tty"
	if runtime.GOOS == "windows" {
		inName, outName = "CONIN$", "CONOUT$"
	}
	in, err := os.OpenFile(inName, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	out, err := os.OpenFile(outName, os.O_RDWR, 0)
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	return &terminal{in, out}, nil
}

func noTerminal() error {
	return &problemError{problem: problem.Problem{
		Kind:  problem.KindLocked,
		Title: "The vault needs its passphrase, and there is no terminal to ask on",
		Next:  "Ways to open it without one:",
		Code:  codeNoTerminal,
	}}
}

func unusableFile(name string, err error) error {
	reason := err.Error()
	if pathErr, ok := errors.AsType[*os.PathError](err); ok {
		reason = pathErr.Err.Error()
	}
	return &problemError{problem: problem.Problem{
		Kind:   problem.KindLocked,
		Title:  "The passphrase file cannot be used",
		Detail: name + ": " + reason,
		Next:   "Its first line must be the passphrase. It is set by CLAVIGER_PASSPHRASE_FILE or --passphrase-file.",
		Code:   "passphrase-file",
	}}
}

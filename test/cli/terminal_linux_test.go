package cli

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// terminal is a command at a pseudo-terminal: standard input and standard
// error are the terminal, standard output is not.
type terminal struct {
	t    *testing.T
	cmd  *exec.Cmd
	ptm  *os.File
	out  bytes.Buffer
	more chan string // what the terminal shows, as it comes
	seen string
	stop context.CancelFunc
	// pts is kept open to look at the terminal's settings afterwards; echoed
	// says whether it echoes then.
	pts    *os.File
	echoed bool
}

// terminal starts a command.
func (w *world) terminal(args ...string) *terminal {
	w.t.Helper()
	return w.terminalOf(binary, args...)
}

// terminalOf starts another program.
func (w *world) terminalOf(program string, args ...string) *terminal {
	w.t.Helper()
	ptm, pts := openPTY(w.t)
	ctx, stop := context.WithTimeout(w.t.Context(), patience)
	term := &terminal{t: w.t, ptm: ptm, more: make(chan string), stop: stop}
	term.cmd = w.command(ctx, args...)
	term.cmd.Path, term.cmd.Args[0] = program, program
	term.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 0}
	term.cmd.Stdin, term.cmd.Stderr, term.cmd.Stdout = pts, pts, &term.out
	if err := term.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	term.pts = pts
	go func() {
		defer close(term.more)
		buf := make([]byte, 4096)
		for {
			n, err := ptm.Read(buf)
			if n > 0 {
				term.more <- string(buf[:n])
			}
			if err != nil {
				return // EIO once the other side is closed
			}
		}
	}()
	return term
}

// expect reads until the terminal shows the pattern, and forgets what is
// before it.
func (term *terminal) expect(pattern string) string {
	term.t.Helper()
	re := regexp.MustCompile(pattern + `\s`)
	for {
		if at := re.FindStringIndex(term.seen); at != nil {
			found := term.seen[at[0]:at[1]]
			term.seen = term.seen[at[1]:]
			return strings.TrimSpace(found)
		}
		text, ok := <-term.more
		if !ok {
			term.t.Fatalf("the terminal never showed %q: %q", pattern, term.seen)
		}
		term.seen += text
	}
}

func (term *terminal) send(text string) {
	term.t.Helper()
	if _, err := term.ptm.WriteString(text); err != nil {
		term.t.Fatal(err)
	}
}

// wait returns what the command wrote to standard output.
func (term *terminal) wait(code int) string {
	term.t.Helper()
	// The output must be read on while the command ends.
	ended := make(chan error, 1)
	go func() {
		err := term.cmd.Wait()
		var settings syscall.Termios
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, term.pts.Fd(), syscall.TCGETS, uintptr(unsafe.Pointer(&settings))); errno == 0 {
			term.echoed = settings.Lflag&syscall.ECHO != 0
		}
		_ = term.pts.Close() // the reader ends
		ended <- err
	}()
	for text := range term.more {
		term.seen += text
	}
	err := <-ended
	term.stop()
	_ = term.ptm.Close()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		term.t.Fatal(err)
	}
	if got := term.cmd.ProcessState.ExitCode(); got != code {
		term.t.Fatalf("exit code %d, want %d: %s", got, code, term.seen)
	}
	return term.out.String()
}

// openPTY opens a pseudo-terminal pair, see pts(4).
func openPTY(t *testing.T) (ptm, pts *os.File) {
	t.Helper()
	ptm, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	var unlock, number int32
	for request, value := range map[uintptr]*int32{syscall.TIOCSPTLCK: &unlock, syscall.TIOCGPTN: &number} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, ptm.Fd(), request, uintptr(unsafe.Pointer(value))); errno != 0 {
			t.Fatal(errno)
		}
	}
	pts, err = os.OpenFile("/dev/pts/"+strconv.Itoa(int(number)), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return ptm, pts
}

// redirected opens a link as a browser on another machine would: it ends on an
// address that it cannot open.
func redirected(t *testing.T, link string) string {
	t.Helper()
	client := &http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	location := resp.Header.Get("Location")
	if location == "" {
		t.Fatalf("no redirect: %s", resp.Status)
	}
	return location
}

func TestPassphraseIsTypedWithoutEcho(t *testing.T) {
	w, _ := signedIn(t, 3600)
	w.set("CLAVIGER_PASSPHRASE_FILE", "")
	term := w.terminal("whoami", "--json")
	term.expect("Vault passphrase:")
	term.send("correct horse battery staple\n")
	if a := decode[account](t, term.wait(0)); a.User.Login != "mira" {
		t.Errorf("account %+v", a)
	}
	if strings.Contains(term.seen, "horse") {
		t.Errorf("the passphrase was shown: %q", term.seen)
	}
}

func TestInterruptAtThePrompt(t *testing.T) {
	w, _ := signedIn(t, 3600)
	w.set("CLAVIGER_PASSPHRASE_FILE", "")
	term := w.terminal("whoami")
	term.expect("Vault passphrase:")
	term.send("\x03")
	term.wait(6)
}

func TestFirstSignInLetsThePersonChooseAPassphrase(t *testing.T) {
	w, p := newWorld(t), startProvider(t)
	p.file(t, w.home)
	w.set("CLAVIGER_PASSPHRASE_FILE", "")
	term := w.terminal("login", "acme", "--timeout", "20s", "--json")
	term.expect("New vault passphrase:")
	term.send("a long new passphrase\n")
	term.expect("Confirm passphrase:")
	term.send("a long new passphrase\n")
	if a := decode[account](t, term.wait(0)); !a.Remembered {
		t.Errorf("account %+v", a)
	}
	// The old one is asked for first; two new ones that differ change nothing.
	term = w.terminal("vault", "passphrase")
	term.expect("Vault passphrase:")
	term.send("a long new passphrase\n")
	term.expect("New passphrase:")
	term.send("one\n")
	term.expect("Confirm passphrase:")
	term.send("two\n")
	term.wait(1)
}

func TestPastingTheAddress(t *testing.T) {
	// A browser elsewhere cannot reach the listener: the terminal is the way.
	w, p := newWorld(t), startProvider(t)
	p.file(t, w.home)
	term := w.terminal("login", "acme", "--no-browser", "--json")
	link := term.expect(`http://127\.0\.0\.1:\d+/authorize\?\S+`)
	term.send("https://example.org/something-else\n")
	term.expect("claviger:")
	term.send(redirected(t, link) + "\n")
	out := term.wait(0)
	if a := decode[account](t, out); a.User.Login != "mira" {
		t.Errorf("account %+v", a)
	}
}

func TestSignalAtThePromptGivesTheTerminalBack(t *testing.T) {
	w, _ := signedIn(t, 3600)
	w.set("CLAVIGER_PASSPHRASE_FILE", "")
	term := w.terminal("whoami")
	term.expect("Vault passphrase:")
	if err := term.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	term.wait(6)
	if !term.echoed {
		t.Error("the terminal was left without echo")
	}
}

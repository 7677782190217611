package cli

import (
	"bufio"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// tourTitles are the steps of the tour.
var tourTitles = []string{
	"A provider to sign in to", "Sign in through the browser", "Who signed in", "Groups and roles",
	"ID token checks", "A fresh token for curl", "An expired token is refreshed",
	"The provider is down", "A forged callback", "Sign out, with a receipt",
}

// bare is a world with nothing but a home: no browser, no passphrase, no
// CLAVIGER_HOME.
func bare(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	for _, name := range []string{"CLAVIGER_HOME", "CLAVIGER_PASSPHRASE_FILE", "BROWSER", asBrowser} {
		w.set(name, "")
	}
	return w
}

// listing is every path below a folder.
func listing(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		all = append(all, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// place is the world's home and its place for temporary files.
func (w *world) place() string { return filepath.Dir(w.home) }

func wantWholeTour(t *testing.T, out string) {
	t.Helper()
	for _, title := range tourTitles {
		if !strings.Contains(out, title) {
			t.Errorf("step %q is not shown", title)
		}
	}
	if !strings.Contains(out, "All 10 steps passed") || strings.Contains(out, "✗") {
		t.Errorf("not the whole tour:\n%s", out)
	}
}

func TestTourInAPipe(t *testing.T) {
	w := bare(t)
	before := listing(t, w.place())
	r := w.want(0, "tour")
	wantWholeTour(t, r.out)
	if r.stderr != "" || strings.ContainsAny(r.out, "\x1b\r") {
		t.Errorf("standard error %q, or sequences for terminals in a pipe", r.stderr)
	}
	if diff := cmp.Diff(before, listing(t, w.place())); diff != "" {
		t.Errorf("left behind: %s", diff)
	}
}

// tourOnTerminal runs the tour with standard output on the terminal too.
func (w *world) tourOnTerminal() *terminal {
	return w.terminalOf("/bin/sh", "-c", `stty cols 80 && exec "$0" tour >&2`, binary)
}

func TestTourOnATerminal(t *testing.T) {
	for _, c := range []struct {
		name, variable, value string
		colors, progress      bool
	}{
		{"colours", "TERM", "xterm", true, true},
		{"no colours", "NO_COLOR", "1", false, true},
		{"a simple terminal", "TERM", "dumb", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := bare(t)
			w.set("TERM", "xterm")
			w.set(c.variable, c.value)
			before := listing(t, w.place())
			term := w.tourOnTerminal()
			term.wait(0)
			wantWholeTour(t, term.seen)
			if got := strings.Contains(term.seen, "\x1b[32m✓"); got != c.colors {
				t.Errorf("colours %v, want %v", got, c.colors)
			}
			if got := strings.Contains(term.seen, "waiting for it to expire █"); got != c.progress {
				t.Errorf("progress %v, want %v", got, c.progress)
			}
			if diff := cmp.Diff(before, listing(t, w.place())); diff != "" {
				t.Errorf("left behind: %s", diff)
			}
		})
	}
}

func TestTourInterrupted(t *testing.T) {
	for _, c := range []struct {
		at  string
		end func(*terminal) error
	}{
		{"Claviger in ten seconds", func(term *terminal) error { return term.press("\x03") }},
		{"Short token", func(term *terminal) error { return term.press("\x03") }},
		{"Who signed in", func(term *terminal) error { return term.cmd.Process.Signal(syscall.SIGTERM) }},
		{"Forged", func(term *terminal) error { return term.cmd.Process.Signal(syscall.SIGHUP) }},
	} {
		t.Run(c.at, func(t *testing.T) {
			w := bare(t)
			w.set("TERM", "xterm")
			w.set("NO_COLOR", "1")
			before := listing(t, w.place())
			term := w.tourOnTerminal()
			term.expect(c.at)
			if err := c.end(term); err != nil {
				t.Fatal(err)
			}
			term.wait(6)
			if !strings.HasSuffix(term.seen, "claviger: Interrupted\r\n") {
				t.Errorf("the terminal ends on %q", term.seen)
			}
			if diff := cmp.Diff(before, listing(t, w.place())); diff != "" {
				t.Errorf("left behind: %s", diff)
			}
		})
	}
}

// press types a key.
func (term *terminal) press(key string) error {
	_, err := term.ptm.WriteString(key)
	return err
}

func TestTourToAReaderThatLeaves(t *testing.T) {
	w := bare(t)
	before := listing(t, w.place())
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", `"$0" tour | head -n 3`, binary)
	cmd.Env = w.env
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || strings.Count(string(out), "\n") != 3 || stderr.String() != "" {
		t.Errorf("%v, %q, %q", err, out, stderr.String())
	}
	if diff := cmp.Diff(before, listing(t, w.place())); diff != "" {
		t.Errorf("left behind: %s", diff)
	}
}

var (
	issuerPattern   = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	labTokenPattern = regexp.MustCompile(`name="token" value="([^"]+)"`)
)

// TestTourSaysWhatBroke breaks the demo provider by its own page while the tour
// waits for a token's end.
func TestTourSaysWhatBroke(t *testing.T) {
	w := bare(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := w.command(ctx, "tour")
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	issuer := ""
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		out.WriteString(lines.Text() + "\n")
		if issuer == "" {
			issuer = issuerPattern.FindString(lines.Text())
		}
		if strings.Contains(lines.Text(), "Short token") {
			breakTokens(ctx, t, issuer)
		}
	}
	_ = cmd.Wait() // the exit code says how
	if code := cmd.ProcessState.ExitCode(); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	// The provider is not asked again so soon, so the next step has no token.
	for _, want := range []string{"✗ Refreshed", "✓ Expired         the API rejects it: 401", "Steps 7 and 8 of 10 failed."} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
}

// breakTokens makes the demo provider refuse token requests, as a person would
// at its page /lab.
func breakTokens(ctx context.Context, t *testing.T, issuer string) {
	t.Helper()
	client := &http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	page := request(ctx, t, client, http.MethodGet, issuer+"/lab", nil)
	token := labTokenPattern.FindStringSubmatch(page)
	if token == nil {
		t.Fatalf("no form at %s/lab: %s", issuer, page)
	}
	request(ctx, t, client, http.MethodPost, issuer+"/lab", url.Values{
		"token": {token[1]}, "answer": {"set"}, "endpoint": {"token"}, "status": {"503"},
	})
}

func TestTourWithoutRoom(t *testing.T) {
	t.Run("full disk", func(t *testing.T) {
		w := bare(t)
		w.noRoom = true
		before := listing(t, w.place())
		if r := w.want(1, "tour"); !strings.Contains(r.out, "✗") || !strings.Contains(r.stderr, "steps of the tour failed") {
			t.Errorf("%q, %q", r.out, r.stderr)
		}
		if diff := cmp.Diff(before, listing(t, w.place())); diff != "" {
			t.Errorf("left behind: %s", diff)
		}
	})
	t.Run("read-only", func(t *testing.T) {
		w := bare(t)
		w.readOnlyMount()
		w.set("TMPDIR", w.home)
		if r := w.want(1, "tour"); !strings.Contains(r.stderr, "read-only file system") || !strings.Contains(r.stderr, "TMPDIR=/var/tmp claviger tour") {
			t.Errorf("%q", r.stderr)
		}
	})
	t.Run("no folder", func(t *testing.T) {
		w := bare(t)
		w.set("TMPDIR", filepath.Join(w.home, "missing"))
		if r := w.want(1, "tour"); !strings.Contains(r.stderr, "no such file or directory") || !strings.Contains(r.stderr, "--keep FOLDER") {
			t.Errorf("%q", r.stderr)
		}
	})
}

// TestTourBesideADemo lets another program serve the person's own demo.
func TestTourBesideADemo(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := w.command(ctx, "demo")
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(pipe).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	own := issuerPattern.FindString(line)
	before := listing(t, w.home)
	r := w.want(0, "tour")
	wantWholeTour(t, r.out)
	if strings.Contains(r.out, own) {
		t.Errorf("the tour used the person's demo at %s", own)
	}
	if diff := cmp.Diff(before, listing(t, w.home)); diff != "" {
		t.Errorf("the person's folder changed: %s", diff)
	}
	w.want(0, "providers", "discover", own) // it still runs
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// The whole tour, sign-ins included, needs one loopback address of either family.
func TestTourWithOneLoopbackAndNoNetwork(t *testing.T) {
	for name, script := range map[string]string{
		"IPv4": `echo 1 >/proc/sys/net/ipv6/conf/lo/disable_ipv6 2>/dev/null; ip link set lo up && exec "$0" tour`,
		"IPv6": `ip link set lo up && ip addr del 127.0.0.1/8 dev lo && exec "$0" tour`,
	} {
		t.Run(name, func(t *testing.T) {
			w := bare(t)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if exec.CommandContext(ctx, "unshare", "-n", "true").Run() != nil {
				t.Skip("only root may make a network of its own")
			}
			if _, err := os.Stat("/proc/sys/net/ipv6"); err != nil && name == "IPv6" {
				t.Skip("this computer has no IPv6")
			}
			cmd := exec.CommandContext(ctx, "unshare", "-n", "sh", "-c", script, binary)
			cmd.Env = w.env
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			wantWholeTour(t, string(out))
		})
	}
}

func TestTourKeepsItsFolder(t *testing.T) {
	w := bare(t)
	dir := filepath.Join(w.home, "my tour")
	r := w.want(0, "tour", "--keep", dir)
	wantWholeTour(t, r.out)
	if !strings.Contains(r.out, "export CLAVIGER_HOME='"+dir+"'") {
		t.Errorf("no word of the folder:\n%s", r.out)
	}
	if r := w.want(2, "tour", "--keep", dir); !strings.Contains(r.stderr, "it is not empty") {
		t.Errorf("%q", r.stderr)
	}
	w.set("CLAVIGER_HOME", dir)
	w.set("CLAVIGER_PASSPHRASE_FILE", filepath.Join(dir, "passphrase"))
	if out := w.want(0, "accounts").out; !strings.Contains(out, "Tess Demo") || strings.Contains(out, "Ola") {
		t.Errorf("accounts: %q", out)
	}
	if out := w.want(0, "receipts").out; !strings.Contains(out, "Ola Brandvold at Demo") {
		t.Errorf("receipts: %q", out)
	}
	w.want(0, "token", "--force") // its provider starts again with it
}

// request sends a form, or asks for a page, and returns what came.
func request(ctx context.Context, t *testing.T, client *http.Client, method, address string, form url.Values) string {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	var body strings.Builder
	_, err = bufio.NewReader(resp.Body).WriteTo(&body)
	if err = errors.Join(err, resp.Body.Close()); err != nil || resp.StatusCode >= 400 {
		t.Fatalf("%s: %s, %v", address, resp.Status, err)
	}
	return body.String()
}

// A folder that is kept and not complete is named, with what to do about it.
func TestAKeptTourInterrupted(t *testing.T) {
	w := bare(t)
	w.set("TERM", "xterm")
	w.set("NO_COLOR", "1")
	dir := filepath.Join(w.place(), "kept here")
	term := w.terminalOf("/bin/sh", "-c", `stty cols 80 && exec "$0" tour --keep "$1" >&2`, binary, dir)
	term.expect("Who signed in")
	if err := term.press("\x03"); err != nil {
		t.Fatal(err)
	}
	term.wait(6)
	for _, want := range []string{"claviger: Interrupted", "not complete", "rm -r '" + dir + "'"} {
		if !strings.Contains(term.seen, want) {
			t.Errorf("the terminal lacks %q: %q", want, term.seen)
		}
	}
}

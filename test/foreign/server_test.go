//go:build foreign

package foreign

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// server is a foreign server under way.
type server struct {
	t      *testing.T
	issuer string
	in     io.WriteCloser
	out    *bufio.Reader
	log    output
}

// startNode runs a script with Node.js and waits for the issuer that it prints.
// Its standard input takes orders, each answered by a line.
func startNode(t *testing.T, script string, config any) *server {
	t.Helper()
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(need(t, "CLAVIGER_NODE"), script, string(text))
	cmd.Env = append(os.Environ(), "CLAVIGER_NPM="+need(t, "CLAVIGER_NPM"), "NODE_ENV=test")
	s := &server{t: t}
	if s.in, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.out = bufio.NewReader(out)
	s.run(cmd)
	s.issuer = s.line()
	return s
}

// run starts the server, ends it after the test, and shows its log if that
// failed.
func (s *server) run(cmd *exec.Cmd) {
	s.t.Helper()
	cmd.Stderr = &s.log
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		end(cmd)
		if s.t.Failed() {
			s.t.Logf("the end of the server's log:\n%s", scrub(tail(s.log.String(), 3000)))
		}
	})
}

// end ends a process that we started.
func end(cmd *exec.Cmd) {
	_ = cmd.Process.Signal(syscall.SIGTERM)
	kill := time.AfterFunc(5*time.Second, func() { _ = cmd.Process.Kill() })
	_ = cmd.Wait()
	kill.Stop()
}

// line is the next line that the server prints.
func (s *server) line() string {
	s.t.Helper()
	line, err := s.out.ReadString('\n')
	if err != nil {
		s.t.Fatalf("the server ended: %v", err)
	}
	return strings.TrimSpace(line)
}

// patience is how long a test waits for what should come soon. It is no measure:
// machines can be busy.
const patience = 5 * time.Minute

// eventually waits until there is what there should be.
func eventually(t *testing.T, what string, there func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(patience); !there(); {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("never: %s", what)
		}
	}
}

// waitFor waits until the server's log has a text.
func (s *server) waitFor(text string) {
	s.t.Helper()
	eventually(s.t, "the server says "+text, func() bool { return strings.Contains(s.log.String(), text) })
}

// listens waits until the server takes connections.
func (s *server) listens(address string) {
	s.t.Helper()
	eventually(s.t, "the server listens", func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
}

// order has the server do something and returns its answer.
func (s *server) order(text string) string {
	s.t.Helper()
	if _, err := io.WriteString(s.in, text+"\n"); err != nil {
		s.t.Fatal(err)
	}
	return s.line()
}

func tail(s string, n int) string {
	if len(s) > n {
		return s[len(s)-n:]
	}
	return s
}

var secretLike = regexp.MustCompile(`[A-Za-z0-9_.%-]{32,}`)

// scrub takes out what may be a token or a code.
func scrub(s string) string { return secretLike.ReplaceAllString(s, "[…]") }

//go:build unix

package attack

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestHeldSocketsStarveNobody: a program that holds thousands of connections to
// the listener, silent, in the middle of a request or after an answer, and opens
// those anew that are closed, does not keep the browser from it: the callback answers
// within a second, at the first try, though the process may open 1,024 files only.
func TestHeldSocketsStarveNobody(t *testing.T) {
	const held = 4000
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || limit.Cur < uint64(held)+200 {
		t.Skipf("this process may open %d files only", limit.Cur)
	}
	for name, begun := range map[string]string{
		"silent":   "",
		"begun":    "GET /callback?state=",
		"answered": "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.cheapKey()
			ctx, cancel := contextOf(t, time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, "/bin/sh", "-c", `ulimit -n 1024 && exec "$0" login leaky --no-browser --timeout 40s`, binary)
			cmd.Env = w.env
			var said bytes.Buffer
			out, err := cmd.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(io.TeeReader(out, &said))
			link := ""
			for link == "" && lines.Scan() {
				if s := strings.TrimSpace(lines.Text()); strings.HasPrefix(s, "http") {
					link = s
				}
			}
			ended := make(chan error, 1)
			go func() {
				_, _ = io.Copy(io.Discard, io.TeeReader(out, &said))
				ended <- cmd.Wait()
			}()
			u, err := url.Parse(link)
			if err != nil || link == "" {
				t.Fatalf("no link: %v\n%s", err, said.String())
			}
			redirect, err := url.Parse(u.Query().Get("redirect_uri"))
			if err != nil {
				t.Fatal(err)
			}
			holder(ctx, t, redirect.Host, begun, held)
			took := browse(ctx, t, link)
			t.Logf("the callback answered after %s", took)
			// Those that ask for something are served in their turn.
			if took > time.Second && name != "answered" {
				t.Error("that is too long")
			}
			if err := <-ended; err != nil {
				t.Errorf("sign-in: %v\n%s", err, said.String())
			}
		})
	}
}

// asHolder is the variable that turns the test binary into a program that holds
// connections: it names the address, the number and what each of them sends.
const asHolder = "CLAVIGER_ATTACK_HOLDER"

// holder starts that program. It returns when all connections were tried once. It
// is a process of its own: it takes no time of the browser's.
func holder(ctx context.Context, t *testing.T, address, begun string, n int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = []string{asHolder + "=" + address + " " + strconv.Itoa(n) + " " + begun}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the holder said %q: %v", line, err)
	}
}

// holderMain holds connections until it is killed.
func holderMain(what string) int {
	address, what, _ := strings.Cut(what, " ")
	number, begun, _ := strings.Cut(what, " ")
	n, err := strconv.Atoi(number)
	if err != nil {
		return 1
	}
	var tried, holding sync.WaitGroup
	for range n {
		tried.Add(1)
		holding.Go(func() { keep(address, begun, sync.OnceFunc(tried.Done)) })
	}
	tried.Wait()
	fmt.Println("held")
	holding.Wait()
	return 0
}

// keep keeps a connection open: one that the listener closes is opened again at once.
func keep(address, begun string, tried func()) {
	defer tried()
	for {
		d := net.Dialer{Timeout: 2 * time.Second}
		conn, err := d.Dial("tcp", address)
		tried()
		if err != nil {
			return // nobody listens any more, or the queue is full
		}
		_, _ = io.WriteString(conn, begun)
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
	}
}

// browse opens a link as the browser does, once, and returns how long the callback
// took to answer.
func browse(ctx context.Context, t *testing.T, link string) (took time.Duration) {
	t.Helper()
	var asked time.Time
	client := &http.Client{Timeout: 20 * time.Second, CheckRedirect: func(_ *http.Request, before []*http.Request) error {
		if len(before) == 2 {
			took = time.Since(asked)
		}
		asked = time.Now()
		return nil
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Errorf("the browser gets no page: %v", err)
		return 0
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return took
}

//go:build unix

package attack

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestHeldSocketsStarveNobody: a program that holds thousands of connections to
// the listener, silent or in the middle of a request, and opens those anew that
// are closed, does not keep the browser from it, though the process may open 1,024 files only.
func TestHeldSocketsStarveNobody(t *testing.T) {
	held := cut(4000, 1500)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || limit.Cur < uint64(held)+200 {
		t.Skipf("this process may open %d files only", limit.Cur)
	}
	for name, begun := range map[string]string{"silent": "", "begun": "GET /callback?state="} {
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
			hold(ctx, redirect.Host, begun, held)
			browse(ctx, t, link)
			if err := <-ended; err != nil {
				t.Errorf("sign-in: %v\n%s", err, said.String())
			}
		})
	}
}

// hold keeps n connections open until ctx ends: one that the listener closes is
// opened again at once. It returns when all were tried once.
func hold(ctx context.Context, address, begun string, n int) {
	var tried sync.WaitGroup
	for range n {
		tried.Add(1)
		go func() {
			first := sync.OnceFunc(tried.Done)
			defer first()
			for ctx.Err() == nil {
				d := net.Dialer{Timeout: 2 * time.Second}
				conn, err := d.DialContext(ctx, "tcp", address)
				first()
				if err != nil {
					return // nobody listens any more, or the queue is full
				}
				stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
				_, _ = io.WriteString(conn, begun)
				_, _ = io.Copy(io.Discard, conn)
				stop()
				_ = conn.Close()
			}
		}()
	}
	tried.Wait()
}

// browse opens a link as the browser does. On a machine that has no processor to
// spare, its connection can be the oldest before it is read: the person reloads.
func browse(ctx context.Context, t *testing.T, link string) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Timeout: 20 * time.Second}
	resp, err := client.Do(req)
	for reloads := 0; err != nil && reloads < 5 && ctx.Err() == nil; reloads++ {
		resp, err = client.Do(req)
	}
	if err != nil {
		t.Errorf("the browser gets no page: %v", err)
		return
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
}

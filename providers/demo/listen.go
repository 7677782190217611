package demo

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/gofrs/flock"
)

// proofPath answers a challenge with a keyed hash of it, so that one Claviger
// process can distinguish the demo provider of its own folder from any other
// program that happens to have the port.
const proofPath = "/.well-known/claviger-demo"

// claimWait bounds the wait for another process that is just starting.
const claimWait = 10 * time.Second

// loopbackAddr checks an address to listen on. "" stays "".
func loopbackAddr(addr string) (string, error) {
	if addr == "" {
		return "", nil
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("demo provider address %q: want host:port", addr)
	}
	if host == "localhost" || host == "" {
		// An empty host means all interfaces to net.Listen; here it is a
		// shorthand for the only ones allowed.
		host = "127.0.0.1"
	}
	ip := net.ParseIP(host)
	if ip == nil || !ip.IsLoopback() {
		return "", fmt.Errorf("%w, not on %q", ErrNotLoopback, host)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return "", fmt.Errorf("demo provider address %q: port must be 0 to 65535", addr)
	}
	return net.JoinHostPort(ip.String(), port), nil
}

// listen listens on wanted or, if that is "", on the remembered address or
// a free port. moved is the remembered address that could not be had.
func listen(ctx context.Context, wanted, remembered string) (ln net.Listener, moved string, err error) {
	var lc net.ListenConfig
	if wanted != "" {
		ln, err = lc.Listen(ctx, "tcp", wanted)
		if err != nil {
			return nil, "", fmt.Errorf("demo provider: %w", err)
		}
		return ln, "", nil
	}
	if addr, err := loopbackAddr(remembered); err == nil && addr != "" {
		if ln, err := lc.Listen(ctx, "tcp", addr); err == nil {
			return ln, "", nil
		}
		moved = addr
	}
	ln, err = lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil { // there may be IPv6 only
		ln, err = lc.Listen(ctx, "tcp", "[::1]:0")
	}
	if err != nil {
		return nil, "", fmt.Errorf("demo provider: %w", err)
	}
	return ln, moved, nil
}

// lockFile is held by the process that serves the folder.
const lockFile = "demo.lock"

// claim takes the folder for this process. The holder of the lock may write the
// state, and only a running server holds it. If another process has it, claim
// returns the server that stands for that one as soon as it answers.
func claim(ctx context.Context, o Options) (*flock.Flock, *Server, error) {
	if o.Dir == "" {
		return nil, nil, nil
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("demo provider's folder: %w", err)
	}
	for _, path := range []string{o.Dir, filepath.Join(o.Dir, lockFile)} {
		if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSymlink != 0 {
			return nil, nil, fmt.Errorf("demo provider's folder: %s is a link to elsewhere", path)
		}
	}
	lock := flock.New(filepath.Join(o.Dir, lockFile), flock.SetPermissions(0o600))
	ctx, cancel := context.WithTimeout(ctx, claimWait)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		held, err := lock.TryLock()
		if err != nil {
			return nil, nil, fmt.Errorf("demo provider's lock: %w", err)
		}
		if held {
			return lock, nil, nil
		}
		if s := findForeign(ctx, o); s != nil {
			return nil, s, lock.Close()
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, nil, errors.Join(ErrBusy, ctx.Err(), lock.Close())
		}
	}
}

// findForeign returns the server that stands for the process whose address is
// in the state file, if that process proves to serve this folder.
func findForeign(ctx context.Context, o Options) *Server {
	st, err := readState(o.Dir)
	if err != nil || st.Addr == "" {
		return nil
	}
	if addr, err := loopbackAddr(st.Addr); err != nil || addr != st.Addr {
		return nil
	}
	issuer := "http://" + st.Addr
	if !proves(ctx, issuer, st.Instance) {
		return nil
	}
	o.Log.Info("demo provider is served by another process", "issuer", issuer)
	return &Server{issuer: issuer, foreign: true, log: o.Log, store: &store{state: st}}
}

// Alive reports whether the provider answers and is the one of this folder.
// A [Server.Foreign] one ends with the process that serves it.
func (s *Server) Alive(ctx context.Context) bool {
	return proves(ctx, s.issuer, s.store.instance())
}

// proves challenges the server at issuer to show that it knows instance.
func proves(ctx context.Context, issuer, instance string) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	challenge := randomString()
	u := issuer + proofPath + "?" + url.Values{"challenge": {challenge}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u, nil)
	if err != nil {
		return false
	}
	// No proxy and no reuse: this asks one program on this computer.
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(req)
	if err != nil {
		return false
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1024))
	if err != nil || res.StatusCode != http.StatusOK {
		return false
	}
	return hmac.Equal(body, []byte(proof(instance, challenge, issuer)))
}

// proof is the answer to a challenge. The issuer is part of it, so that a
// program on another port cannot pass the question on.
func proof(instance, challenge, issuer string) string {
	mac := hmac.New(sha256.New, []byte(instance))
	mac.Write([]byte(challenge + "\x00" + issuer))
	return hex.EncodeToString(mac.Sum(nil))
}

// serveProof answers [proofPath].
func (s *Server) serveProof(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, proof(s.store.instance(), r.URL.Query().Get("challenge"), s.issuer))
}

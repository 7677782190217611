package cli

import (
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"sync"
	"testing"

	"github.com/claviger/claviger/auth/agentclient"
)

// A thousand askers at once get one token: nothing is asked of the provider while it is
// good, and one refresh is made when it is not. One that the agent has no time for asks
// again, where a command would open the vault.
func TestAThousandAskersAtOnce(t *testing.T) {
	w, p := signedIn(t, 3600)
	a := decode[account](t, w.want(0, "whoami", "--json").out)
	good := w.want(0, "token").out
	w.startAgent()
	w.want(0, "agent", "rule", a.ID, "always")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	client := agentclient.New(filepath.Join(w.home, "run", "agent.sock"))
	ask := func() string {
		for {
			token, err := client.Token(ctx, agentclient.TokenRequest{Account: a.ID})
			switch {
			case err == nil:
				return token.AccessToken.Reveal() + "\n"
			case !errors.Is(err, agentclient.ErrNoAgent) || ctx.Err() != nil:
				return err.Error()
			}
		}
	}
	crowd := func() map[string]int {
		got := map[string]int{}
		var mu sync.Mutex
		var all sync.WaitGroup
		for range 1000 {
			all.Go(func() {
				token := ask()
				mu.Lock()
				defer mu.Unlock()
				got[token]++
			})
		}
		all.Wait()
		return got
	}
	before, _, _ := p.counts()
	if got := crowd(); len(got) != 1 || got[good] != 1000 {
		t.Errorf("%d different answers to a thousand askers", len(got))
	}
	if now, _, _ := p.counts(); now != before {
		t.Errorf("%d refreshes of a good token", now-before)
	}
	w.age(a.ID)
	if got := crowd(); len(got) != 1 || got[good] != 0 {
		t.Errorf("%d different answers to a thousand askers, %d of them old", len(got), got[good])
	}
	if now, reused, _ := p.counts(); now != before+1 || reused {
		t.Errorf("%d refreshes of an expired token, want 1", now-before)
	}
}

// Who holds a thousand connections open and asks nothing, or half, delays nobody who
// asks: each of these would be closed in time, but only then.
func TestAThousandWhoAskHalf(t *testing.T) {
	w, _ := signedIn(t, 3600)
	good := w.want(0, "token").out
	a := w.startAgent()
	var d net.Dialer
	for i := range 1000 {
		c, err := d.DialContext(t.Context(), "unix", a.socket)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if i%2 == 0 {
			_, _ = io.WriteString(c, "POST /v1/token HTTP/1.1\r\nHost:") // it may be closed already
		}
	}
	// It cannot open the vault itself.
	if got := w.keyless().run("token"); got.out != good || got.code != 0 {
		t.Errorf("%+v", got)
	}
}

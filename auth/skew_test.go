package auth

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/trace"
)

// A clock that is off by more than half a minute is told: with the step that
// measured it, with the account, and in its JSON. Less is nobody's business.
func TestClockThatIsOffIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		off  time.Duration
		want string
	}{
		"right":         {0, ""},
		"a little":      {25 * time.Second, ""},
		"ahead":         {45 * time.Second, "ahead of"},
		"behind":        {-45 * time.Second, "behind"},
		"hours ahead":   {3 * time.Hour, "3 hours ahead of"},
		"minutes later": {-9 * time.Minute, "9 minutes behind"},
	} {
		t.Run(name, func(t *testing.T) {
			p := authtest.NewProvider(t)
			p.Behave(authtest.Behaviour{NoIDToken: true})
			a := storeAgent(t, p, newMemStore(), func(o *Options) {
				o.Now = func() time.Time { return time.Now().Add(c.off) }
			})
			acc := enroll(t, a, p, time.Hour)
			got, err := a.Refresh(t.Context(), acc.ID)
			if err != nil {
				t.Fatal(err)
			}
			told := func(s string) bool { return c.want != "" && strings.Contains(s, c.want) || c.want == "" && s == "" }
			if !told(got.ClockWarning()) {
				t.Errorf("the account says %q", got.ClockWarning())
			}
			if stored, _ := a.Account(t.Context(), acc.ID); stored.ClockWarning() != got.ClockWarning() {
				t.Errorf("the stored account says %q", stored.ClockWarning())
			}
			i := slices.IndexFunc(got.Steps, func(e trace.Event) bool { return e.Step == trace.StepRefresh && e.Phase == trace.Done })
			if i < 0 || !told(got.Steps[i].Detail) {
				t.Errorf("the step says %+v", got.Steps)
			}
			data, err := json.Marshal(got)
			if err != nil || strings.Contains(string(data), "clock_skew_seconds") != (c.want != "") {
				t.Errorf("%s, %v", data, err)
			}
		})
	}
}

// A clock that jumps, forward as after sleep or back, costs a refresh at most,
// and nobody gets a token that ended while the clock was elsewhere.
func TestClockJumps(t *testing.T) {
	p := authtest.NewProvider(t)
	var off time.Duration
	p.Behave(authtest.Behaviour{NoIDToken: true})
	a := storeAgent(t, p, newMemStore(), func(o *Options) {
		o.Now = func() time.Time { return time.Now().Add(off) }
	})
	acc := enroll(t, a, p, time.Hour)
	for _, jump := range []time.Duration{0, 8 * time.Hour, 0, -30 * 24 * time.Hour, 365 * 24 * time.Hour, 0} {
		if jump < off {
			p.ExpireNow() // time went on while the clock went back
		}
		off = jump
		p.Forget()
		tok, err := a.Token(t.Context(), acc.ID, 0)
		if err != nil || !p.Good(tok.AccessToken.Reveal()) {
			t.Errorf("at %v: %v", jump, err)
		}
		if n := p.Refreshes(); n > 1 {
			t.Errorf("at %v: %d refreshes", jump, n)
		}
		again, err := a.Token(t.Context(), acc.ID, 0)
		if err != nil || again.AccessToken != tok.AccessToken || p.Refreshes() > 1 {
			t.Errorf("at %v, again: %v after %d refreshes", jump, err, p.Refreshes())
		}
	}
}

// Processes that do not agree on the time, as two systems that share a home over
// a network, may ask more often than needed. None gets a token that ended, and
// none uses a refresh token that was used.
func TestClocksThatDisagree(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	p.Behave(authtest.Behaviour{NoIDToken: true})
	var agents []*Agent
	for _, off := range []time.Duration{0, 3 * time.Hour, -3 * time.Hour, 20 * time.Minute, -365 * 24 * time.Hour} {
		agents = append(agents, storeAgent(t, p, store, func(o *Options) {
			o.Now = func() time.Time { return time.Now().Add(off) }
		}))
	}
	acc := enroll(t, agents[0], p, -time.Minute)
	for range 4 {
		var all sync.WaitGroup
		for i := range 25 {
			all.Go(func() {
				if _, err := agents[i%len(agents)].Token(t.Context(), acc.ID, 0); err != nil {
					t.Errorf("clock %d: %v", i%len(agents), err)
				}
			})
		}
		all.Wait()
	}
	for i, a := range agents {
		tok, err := a.Token(t.Context(), acc.ID, 0)
		if err != nil || !p.Good(tok.AccessToken.Reveal()) {
			t.Errorf("clock %d: %v", i, err)
		}
		if got, err := a.Account(t.Context(), acc.ID); err != nil || got.State != StateActive {
			t.Errorf("clock %d: %+v, %v", i, got, err)
		}
	}
}

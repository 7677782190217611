package auth

import (
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/problem"
)

// wires is a machine's network as its interfaces show it.
type wires struct {
	mu    sync.Mutex
	list  []net.Addr
	looks int
}

func addr(cidr string) net.Addr {
	ip, network, err := net.ParseCIDR(cidr)
	if err != nil {
		panic(err)
	}
	return &net.IPNet{IP: ip, Mask: network.Mask}
}

func (w *wires) plug(cidrs ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = []net.Addr{addr("127.0.0.1/8"), addr("fe80::1/64")} // always there
	for _, c := range cidrs {
		w.list = append(w.list, addr(c))
	}
}

func (w *wires) addresses() ([]net.Addr, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.looks++
	return w.list, nil
}

func (w *wires) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.looks
}

// atNetwork is [inBubble] on a machine with that network.
func atNetwork(p *authtest.Provider, w *wires) func(*Options) {
	return func(o *Options) {
		o.Transport, o.Addresses = p.Transport(), w.addresses
	}
}

func TestNetworkChanges(t *testing.T) {
	w := &wires{}
	w.plug("192.168.1.5/24")
	n := network{addresses: w.addresses}
	n.changed()
	for i, c := range []struct {
		cidrs []string
		want  bool
	}{
		{[]string{"192.168.1.5/24"}, false},
		{nil, false}, // it went
		{nil, false},
		{[]string{"192.168.1.5/24"}, true}, // and is back
		{[]string{"192.168.1.5/24"}, false},
		{[]string{"10.0.0.7/8"}, true}, // another one
		{[]string{"2001:db8::7/64", "10.0.0.7/8"}, true},
		{[]string{"10.0.0.7/8", "2001:db8::7/64"}, false}, // in another order
	} {
		w.plug(c.cidrs...)
		if got := n.changed(); got != c.want {
			t.Errorf("%d: %v, changed: %v", i, c.cidrs, got)
		}
	}
}

// TestNetworkIsBack: whatever waited is done within seconds, and without a
// request as long as there is no network.
func TestNetworkIsBack(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		w := &wires{}
		w.plug("192.168.1.5/24")
		a := storeAgent(t, p, newMemStore(), atNetwork(p, w))
		p.SignsIn(authtest.Jonas)
		stays := enroll(t, a, p, time.Hour)
		p.SignsIn(authtest.Mira)
		leaves := enroll(t, a, p, time.Hour)
		rec, _ := a.accounts.load(t.Context(), leaves.ID)
		go a.KeepFresh(t.Context())
		synctest.Wait()
		idle := w.count()
		time.Sleep(10 * time.Minute)
		if n := w.count() - idle; n > 25 {
			t.Errorf("%d looks at the network in ten minutes in which nothing waits", n)
		}
		w.plug()
		p.Behave(broken(authtest.Token, authtest.Revoke))
		if r, err := a.SignOut(t.Context(), leaves.ID, SignOutOptions{Revoke: true}); err != nil || !r.Pending() {
			t.Fatalf("%+v, %v", r, err)
		}
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		bothWait(t, a, leaves, stays)
		p.Behave(authtest.Behaviour{})
		w.plug("10.0.0.7/8")
		time.Sleep(lookForNetEvery + time.Second)
		synctest.Wait()
		if got, _ := a.Account(t.Context(), stays.ID); got.State != StateActive || !got.OfflineSince.IsZero() {
			t.Errorf("the account is %s, %s", got.State, got.Reason)
		}
		if r := theReceipt(t, a); r.Proof.Outcome != OutcomeDone || p.Good(rec.Tokens.Access.Reveal()) {
			t.Errorf("%+v, %+v", r, r.Retry)
		}
		if waiting, err := a.Waiting(t.Context()); err != nil || len(waiting) != 0 {
			t.Errorf("%+v, %v", waiting, err)
		}
	})
}

// bothWait checks that the one account's revocation and the other's refresh wait.
func bothWait(t *testing.T, a *Agent, left, stays *Account) {
	t.Helper()
	waiting, err := a.Waiting(t.Context())
	if err != nil || len(waiting) != 2 {
		t.Fatalf("%+v, %v", waiting, err)
	}
	for _, x := range waiting {
		if x.Since.IsZero() || !x.Next.After(time.Now()) || x.Reason == "" || x.Failure == "" || x.Who == "" {
			t.Errorf("waiting: %+v", x)
		}
	}
	if r, s := waiting[0], waiting[1]; r.Kind != WaitingRevocation || r.Account != left.ID || s.Kind != WaitingRefresh || s.Account != stays.ID {
		t.Errorf("waiting: %+v", waiting)
	}
}

// An account that went offline with a token that is still good becomes active
// by itself too, also where there is no refresh token.
func TestOfflineAccountsBecomeActive(t *testing.T) {
	for name, change := range map[string]func(*signInResult, *SignInRequest){
		"refreshed": func(*signInResult, *SignInRequest) {},
		"checked":   withoutRefresh,
	} {
		t.Run(name, func(t *testing.T) {
			p := authtest.NewProvider(t)
			synctest.Test(t, func(t *testing.T) {
				w := &wires{}
				a := storeAgent(t, p, newMemStore(), atNetwork(p, w))
				acc := enroll(t, a, p, 10*time.Hour, change)
				go a.KeepFresh(t.Context())
				p.Behave(broken(authtest.Userinfo, authtest.Groups, authtest.Token))
				if _, err := a.Check(t.Context(), acc.ID); err == nil {
					t.Fatal("it was reached")
				}
				time.Sleep(time.Hour)
				synctest.Wait()
				p.Behave(authtest.Behaviour{})
				w.plug("10.0.0.7/8")
				time.Sleep(lookForNetEvery + time.Second)
				synctest.Wait()
				if got, _ := a.Account(t.Context(), acc.ID); got.State != StateActive {
					t.Errorf("state %s", got.State)
				}
			})
		})
	}
}

// A provider that asked to be left alone is, whatever network comes.
func TestNetworkIsBackBeforeTheProvidersTime(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		w := &wires{}
		a := storeAgent(t, p, newMemStore(), atNetwork(p, w))
		limit := authtest.Fault{Status: http.StatusTooManyRequests, Header: map[string]string{"Retry-After": "3600"}}
		p.SignsIn(authtest.Jonas)
		enroll(t, a, p, time.Minute)
		p.SignsIn(authtest.Mira)
		leaves := enroll(t, a, p, time.Hour)
		p.Behave(authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Revoke: limit, authtest.Token: limit}})
		go a.KeepFresh(t.Context())
		if _, err := a.SignOut(t.Context(), leaves.ID, SignOutOptions{Revoke: true}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		p.Forget()
		for _, cidr := range []string{"10.0.0.7/8", "10.0.0.8/8"} {
			w.plug(cidr)
			time.Sleep(lookForNetEvery + time.Second)
			synctest.Wait()
			if err := a.RetryNow(t.Context()); err != nil {
				t.Error(err)
			}
		}
		if n := p.Count(authtest.Revoke) + p.Count(authtest.Token); n != 0 {
			t.Errorf("%d requests before the provider's time", n)
		}
		waiting, err := a.Waiting(t.Context())
		if err != nil || len(waiting) != 2 || waiting[0].Failure != problem.FailureLimited || waiting[1].Failure != problem.FailureLimited {
			t.Errorf("%+v, %v", waiting, err)
		}
		p.Behave(authtest.Behaviour{})
		time.Sleep(time.Hour)
		synctest.Wait()
		if waiting, err := a.Waiting(t.Context()); err != nil || len(waiting) != 0 {
			t.Errorf("after that time: %+v, %v", waiting, err)
		}
	})
}

// After sleep what waited is tried at once, and not after the rest of a wait
// that stood still meanwhile.
func TestSleepEndsTheWait(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		w, clock := &wires{}, &testClock{}
		a := storeAgent(t, p, newMemStore(), atNetwork(p, w), clock.set)
		acc := enroll(t, a, p, 10*time.Minute)
		go a.KeepFresh(t.Context())
		p.Behave(broken(authtest.Token))
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		p.Behave(authtest.Behaviour{})
		clock.pass(10 * time.Second)
		time.Sleep(lookForNetEvery + time.Second)
		synctest.Wait()
		if got, _ := a.Account(t.Context(), acc.ID); got.State != StateActive {
			t.Errorf("state %s", got.State)
		}
	})
}

// RetryNow is the person's "Try now".
func TestRetryNow(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		w := &wires{}
		a := storeAgent(t, p, newMemStore(), atNetwork(p, w))
		p.SignsIn(authtest.Jonas)
		stays := enroll(t, a, p, time.Minute)
		p.SignsIn(authtest.Mira)
		leave(t, a, p, enroll(t, a, p, time.Hour))
		p.Behave(broken(authtest.Token))
		if _, err := a.Refresh(t.Context(), stays.ID); err == nil {
			t.Fatal("it was reached")
		}
		p.Behave(authtest.Behaviour{})
		told := a.Watch(t.Context())
		if err := a.RetryNow(t.Context()); err != nil {
			t.Fatal(err)
		}
		if waiting, err := a.Waiting(t.Context()); err != nil || len(waiting) != 0 {
			t.Errorf("%+v, %v", waiting, err)
		}
		select {
		case <-told:
		default:
			t.Error("watchers were not told")
		}
	})
}

// Retries of a revocation that does not get through become fewer.
func TestRevocationIsTriedLessAndLess(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		a := storeAgent(t, p, newMemStore(), atNetwork(p, &wires{}))
		acc := enroll(t, a, p, time.Hour)
		p.Behave(broken(authtest.Revoke))
		if _, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true}); err != nil {
			t.Fatal(err)
		}
		p.Forget()
		go a.KeepFresh(t.Context())
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := p.Count(authtest.Revoke); n < 5 || n > 8 {
			t.Errorf("%d tries in the first hour", n)
		}
		p.Forget()
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if n := p.Count(authtest.Revoke); n < 18 || n > 26 {
			t.Errorf("%d tries in a day", n)
		}
	})
}

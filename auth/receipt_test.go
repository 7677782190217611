package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/problem"
)

// signOuts of different people, one a minute.
func manySignOuts(t *testing.T, a *Agent, p *authtest.Provider, clock *testClock, n int) []string {
	t.Helper()
	var ids []string
	for range n {
		acc := enroll(t, a, p, time.Hour)
		if _, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{}); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, acc.ID)
		clock.pass(time.Minute)
	}
	return ids
}

func accountsOf(list []*Receipt) []string {
	var ids []string
	for _, r := range list {
		ids = append(ids, r.Account)
	}
	return ids
}

// Receipts are bounded in number and age; what waits is not.
func TestReceiptsAreBounded(t *testing.T) {
	p, store, clock := authtest.NewProvider(t), newMemStore(), &testClock{}
	a := storeAgent(t, p, store, clock.set)
	waits := leave(t, a, p, enroll(t, a, p, time.Hour))
	clock.pass(time.Minute)
	ids := manySignOuts(t, a, p, clock, maxReceipts+3)
	slices.Reverse(ids)
	want := append(ids[:maxReceipts:maxReceipts], waits.Account)
	list, err := a.Receipts(t.Context())
	if err != nil || !slices.Equal(accountsOf(list), want) || len(store.records) != len(want) {
		t.Errorf("%v, %v, %d records, want %v", accountsOf(list), err, len(store.records), want)
	}
	clock.pass(receiptAge)
	if list, err := a.Receipts(t.Context()); err != nil || !slices.Equal(accountsOf(list), []string{waits.Account}) || len(store.records) != 1 {
		t.Errorf("after 90 days: %v, %v, %d records", accountsOf(list), err, len(store.records))
	}
}

func TestClearReceipts(t *testing.T) {
	p, store, clock := authtest.NewProvider(t), newMemStore(), &testClock{}
	a := storeAgent(t, p, store, clock.set)
	waits := leave(t, a, p, enroll(t, a, p, time.Hour))
	manySignOuts(t, a, p, clock, 2)
	stays := enroll(t, a, p, time.Hour)
	if c, err := a.ClearReceipts(t.Context(), false); err != nil || c.Count != 2 {
		t.Errorf("%d, %v", c.Count, err)
	}
	if list, err := a.Receipts(t.Context()); err != nil || !slices.Equal(accountsOf(list), []string{waits.Account}) {
		t.Errorf("%v, %v", accountsOf(list), err)
	}
	if c, err := a.ClearReceipts(t.Context(), true); err != nil || c.Count != 1 {
		t.Errorf("%d, %v", c.Count, err)
	}
	if names, _ := store.List(t.Context()); !slices.Equal(names, []string{stays.ID}) {
		t.Errorf("left are %v", names)
	}
}

// What was cleared comes back, but does not replace what is newer.
func TestReceiptsAreRestored(t *testing.T) {
	p, store, clock := authtest.NewProvider(t), newMemStore(), &testClock{}
	a := storeAgent(t, p, store, clock.set)
	if c, err := a.ClearReceipts(t.Context(), false); c.Restore != nil || err != nil {
		t.Errorf("of none: %v", err)
	}
	waits := leave(t, a, p, enroll(t, a, p, time.Hour))
	clock.pass(time.Minute)
	ids := manySignOuts(t, a, p, clock, 2)
	before, err := a.Receipts(t.Context())
	if err != nil || len(before) != 3 {
		t.Fatalf("%d, %v", len(before), err)
	}
	store.records["damaged00000"+signOutSuffix] = []byte("{")
	cleared, err := a.ClearReceipts(t.Context(), false)
	if err != nil || cleared.Count != 3 {
		t.Fatal(cleared, err)
	}
	if list, err := a.Receipts(t.Context()); err != nil || !slices.Equal(accountsOf(list), []string{waits.Account}) {
		t.Fatalf("left: %v, %v", accountsOf(list), err)
	}
	newer := []byte("{}")
	store.records[ids[0]+signOutSuffix] = newer
	if err := cleared.Restore(t.Context()); err == nil || !bytes.Equal(store.records[ids[0]+signOutSuffix], newer) {
		t.Errorf("a newer receipt is replaced: %v", err)
	}
	delete(store.records, ids[0]+signOutSuffix)
	if err := cleared.Restore(t.Context()); err != nil {
		t.Error(err)
	}
	if after, err := a.Receipts(t.Context()); err != nil || !reflect.DeepEqual(after, before) {
		t.Errorf("back are %v, %v, want %v", accountsOf(after), err, accountsOf(before))
	}
}

// A receipt that cannot be read is told, the others work, and it can be cleared.
// One of a newer version is left alone.
func TestDamagedReceipt(t *testing.T) {
	for name, data := range map[string]string{
		"no JSON":      `{`,
		"another name": `{"version":1,"receipt":{"account":"other0000000"}}`,
		"no tokens":    `{"version":1,"receipt":{"account":"damaged00000","retry":{}}}`,
		"bad tokens":   `{"version":1,"receipt":{"account":"damaged00000","retry":{}},"account":{"version":1}}`,
		"newer":        `{"version":2,"receipt":{"account":"damaged00000"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			p, store := authtest.NewProvider(t), newMemStore()
			a := storeAgent(t, p, store)
			r := leave(t, a, p, enroll(t, a, p, time.Hour))
			store.records["damaged00000"+signOutSuffix] = []byte(data)
			list, err := a.Receipts(t.Context())
			if err == nil || !slices.Equal(accountsOf(list), []string{r.Account}) || problem.Explain(err, nil, "").Title == "" {
				t.Errorf("%v, %v", accountsOf(list), err)
			}
			if ended, err := a.RetrySignOuts(t.Context()); err == nil || len(ended) != 1 || ended[0].Proof.Outcome != OutcomeDone {
				t.Errorf("%+v, %v", ended, err)
			}
			c, err := a.ClearReceipts(t.Context(), false)
			n := c.Count
			if _, there := store.records["damaged00000"+signOutSuffix]; there != (name == "newer") || (err != nil) != there || n == 0 {
				t.Errorf("%d cleared, %v, still there: %v", n, err, there)
			}
		})
	}
}

// The browser's part, which may take long, comes into the kept receipt.
func TestReceiptOfTheBrowsersSession(t *testing.T) {
	p, store, browser := authtest.NewProvider(t), newMemStore(), &authtest.Browser{}
	a := storeAgent(t, p, store, func(o *Options) { o.Browser = browser.Open })
	acc := enroll(t, a, p, time.Hour)
	if _, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true, EndSession: true}); err != nil {
		t.Fatal(err)
	}
	browser.Wait()
	if r := theReceipt(t, storeAgent(t, p, store)); r.Session.Outcome != OutcomeDone || r.Revoked.Outcome != OutcomeDone || r.Proof.Outcome != OutcomeDone {
		t.Errorf("%+v", r)
	}
}

// A sign-out that is interrupted by the person waits like one without network.
func TestInterruptedSignOutWaits(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	p.Behave(authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Revoke: authtest.Never}})
	told := a.Watch(t.Context())
	go func() {
		<-told // the record of the sign-out, or the account that goes
		cancel()
	}()
	r, err := a.SignOut(ctx, acc.ID, SignOutOptions{Revoke: true})
	if err != nil || !r.Pending() || r.Forgotten.Outcome != OutcomeDone {
		t.Fatalf("%+v, %v", r, err)
	}
	p.Behave(authtest.Behaviour{})
	if ended, err := a.RetrySignOuts(t.Context()); err != nil || len(ended) != 1 || ended[0].Proof.Outcome != OutcomeDone {
		t.Errorf("%+v, %v", ended, err)
	}
}

// The JSON form has no token, and what there is nothing of is left out.
func TestReceiptAsJSON(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	rec, _ := a.accounts.load(t.Context(), acc.ID)
	for _, r := range []*Receipt{leave(t, a, p, acc), {}} {
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{`"forgotten":`, `"revoked":`, `"proof":`, `"session":`, `"account":`, `"who":`} {
			if !strings.Contains(string(data), part) {
				t.Errorf("%s is not in %s", part, data)
			}
		}
		if strings.Contains(string(data), rec.Tokens.Refresh.Reveal()) || strings.Contains(string(data), rec.Tokens.Access.Reveal()) {
			t.Error("it holds a token")
		}
	}
}

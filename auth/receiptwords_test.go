package auth

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/providers"
)

// The store has what a receipt says as codes and data; whoever reads it has the
// sentences.
func TestReceiptsAreStoredWithoutSentences(t *testing.T) {
	for name, c := range map[string]struct {
		behave authtest.Behaviour
		wish   SignOutOptions
		want   string // in one of the sentences
	}{
		"forgotten": {want: "removed from this computer."},
		"revoked":   {wish: SignOutOptions{Revoke: true}, want: "rejects the refresh token (invalid_grant)."},
		"waiting": {
			broken(authtest.Revoke),
			SignOutOptions{Revoke: true},
			"It is retried until ",
		},
		"refused": {
			authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Revoke: {Status: 403, Body: "no"}}},
			SignOutOptions{Revoke: true},
			"could not be revoked",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, store := authtest.NewProvider(t), newMemStore()
			a := storeAgent(t, p, store)
			acc := enroll(t, a, p, time.Hour)
			p.Behave(c.behave)
			live, err := a.SignOut(t.Context(), acc.ID, c.wish)
			if err != nil {
				t.Fatal(err)
			}
			data, err := store.Get(t.Context(), acc.ID+signOutSuffix)
			if err != nil {
				t.Fatal(err)
			}
			list, err := storeAgent(t, p, store).Receipts(t.Context())
			if err != nil || len(list) != 1 {
				t.Fatalf("%v, %v", list, err)
			}
			parts := func(r *Receipt) []string {
				return []string{r.Forgotten.Detail, r.Revoked.Detail, r.Proof.Detail, r.Session.Detail}
			}
			if !slices.Equal(parts(list[0]), parts(live)) || !strings.Contains(strings.Join(parts(live), "\n"), c.want) {
				t.Errorf("read is %q, was %q", parts(list[0]), parts(live))
			}
			for _, sentence := range parts(live) {
				if sentence != "" && strings.Contains(string(data), sentence) || strings.Contains(string(data), `"detail"`) {
					t.Errorf("the store has sentences: %s", data)
				}
			}
		})
	}
}

// What an older version stored says what it said.
func TestReceiptsOfAnOlderVersionStayReadable(t *testing.T) {
	const id = "abcdefghijkl"
	p, store := authtest.NewProvider(t), newMemStore()
	old := `{"version":1,"receipt":{"forgotten":{"outcome":"done","detail":"It is gone from here."},` +
		`"revoked":{"outcome":"failed","detail":"In words of before."},"proof":{"outcome":"until_end","until":"2026-01-02T03:04:05Z"},` +
		`"session":{"outcome":"not_asked"},"account":"` + id + `","provider":"authtest","provider_name":"Authtest","who":"Mira",` +
		`"at":"` + time.Now().Format(time.RFC3339) + `","stored":true}}`
	_ = store.Put(t.Context(), id+signOutSuffix, []byte(old))
	list, err := storeAgent(t, p, store).Receipts(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	if r := list[0]; r.Forgotten.Detail != "It is gone from here." || r.Revoked.Detail != "In words of before." || r.Proof.Until.IsZero() {
		t.Errorf("%+v", r)
	}
	in, err := ReadImported(p.Lookup, id+signOutSuffix, []byte(old))
	if err != nil || !strings.Contains(string(in.Data), "In words of before.") {
		t.Errorf("after an import: %s, %v", in.Data, err)
	}
}

// What an export says in the data of a sentence is one line, however it is put.
func TestFactsOfAnExportAreBounded(t *testing.T) {
	const id = "abcdefghijkl"
	s := newSignOut(&record{ID: id, Provider: "authtest"}, time.Now())
	s.receipt.Revoked = came(OutcomeFailed, fact{Code: factRefused, Cause: "no\x1b[2J\n" + strings.Repeat("x", 2*maxImportedText), Words: "a\u202eb", Status: 400})
	data, err := s.encode()
	if err != nil {
		t.Fatal(err)
	}
	in, err := ReadImported(func(string) (*providers.Provider, bool) { return nil, false }, id+signOutSuffix, data)
	if err != nil {
		t.Fatal(err)
	}
	read, err := decodeSignOut(id, in.Data)
	if err != nil {
		t.Fatal(err)
	}
	if d := read.receipt.Revoked.Detail; strings.ContainsAny(d, "\x1b\n\u202e") || len(d) > maxImportedText+200 {
		t.Errorf("%q", d)
	}
}

func TestEveryFactHasASentence(t *testing.T) {
	source, err := os.ReadFile("receiptwords.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`factCode = "(\w+)"`).FindAllStringSubmatch(string(source), -1)
	if len(codes) != len(factSentences) || len(codes) < 20 {
		t.Errorf("%d codes, %d sentences", len(codes), len(factSentences))
	}
	for _, m := range codes {
		if said := came("", fact{Code: factCode(m[1])}).Detail; !strings.HasSuffix(said, ".") {
			t.Errorf("%s says %q", m[1], said)
		}
	}
	var newer storedResult
	if err := json.Unmarshal([]byte(`{"outcome":"done","code":"of-a-newer-version"}`), &newer); err != nil || newer.result().Detail != "" {
		t.Errorf("of a newer version: %+v, %v", newer.result(), err)
	}
}

// A sign-out that can still be undone has removed the account, and its receipt says so
// whoever reads it.
func TestHeldBackReceiptSaysThatTheAccountIsGone(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	if _, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true, Undo: time.Minute}); err != nil {
		t.Fatal(err)
	}
	list, err := a.Receipts(t.Context())
	if err != nil || len(list) != 1 || !list[0].HeldBack() || list[0].Forgotten.Outcome != OutcomeDone {
		t.Fatalf("%+v, %v", list, err)
	}
	if r, err := a.FinishSignOut(t.Context(), acc.ID); err != nil || r.Forgotten.Outcome != OutcomeDone || r.Pending() {
		t.Errorf("%+v, %v", r, err)
	}
}

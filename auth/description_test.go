package auth

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/providers/identity"
)

// describe gives an account a label.
func describe(t *testing.T, a *Agent, id, label string) {
	t.Helper()
	got, err := a.Describe(t.Context(), id, func(d *Description) { d.Label, d.Color = label, "teal" })
	if err != nil || got.Label != label || got.Color != "teal" {
		t.Fatalf("described as %+v: %v", got, err)
	}
}

// What a person says of an account outlives refreshes, a new sign-in and the program.
func TestADescriptionStays(t *testing.T) {
	p := authtest.NewProvider(t)
	store := newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	describe(t, a, acc.ID, "Work")
	if _, err := a.Refresh(t.Context(), acc.ID); err != nil {
		t.Fatal(err)
	}
	again := enroll(t, a, p, time.Hour)
	if again.ID != acc.ID || again.Label != "Work" {
		t.Errorf("after a new sign-in it is %s, called %q", again.ID, again.Label)
	}
	other := storeAgent(t, p, store)
	for how, look := range map[string]func(context.Context) ([]*Account, error){"list": other.Accounts, "summaries": other.Summaries} {
		list, err := look(t.Context())
		if err != nil || len(list) != 1 || list[0].Label != "Work" || list[0].Color != "teal" {
			t.Errorf("%s: %+v, %v", how, list, err)
		}
	}
	if got, err := other.Account(t.Context(), "Work"); err != nil || got.ID != acc.ID {
		t.Errorf("by its label: %v, %v", got, err)
	}
	if _, err := other.Describe(t.Context(), acc.ID, func(d *Description) { *d = Description{} }); err != nil {
		t.Fatal(err)
	}
	if got, err := a.Account(t.Context(), acc.ID); err != nil || got.Label != "" {
		t.Errorf("taken away, it is called %q: %v", got.Label, err)
	}
}

// Who renames an account while it is signed in again, in another program, is not
// overwritten by the sign-in.
func TestARenameDuringASignInStays(t *testing.T) {
	p := authtest.NewProvider(t)
	store := newMemStore()
	a, other := storeAgent(t, p, store), storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	old, err := a.accounts.load(t.Context(), acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	describe(t, other, acc.ID, "Work")
	if got, err := a.accounts.replace(t.Context(), t.Context(), old, old.copy()); err != nil || got.Label != "Work" {
		t.Errorf("called %q, %v", got.Label, err)
	}
}

// What the store did not take keeps what another program said meanwhile, and the other
// way round.
func TestADescriptionSurvivesAStoreThatFails(t *testing.T) {
	for name, later := range map[string]bool{"said elsewhere": false, "said here": true} {
		t.Run(name, func(t *testing.T) {
			p := authtest.NewProvider(t)
			store := newMemStore()
			a, other := storeAgent(t, p, store), storeAgent(t, p, store)
			acc := enroll(t, a, p, time.Hour)
			if later {
				describe(t, other, acc.ID, "Before")
			}
			store.breakPuts(errors.New("disk"))
			if got, err := a.Describe(t.Context(), acc.ID, func(d *Description) { d.Place = 3 }); !errors.Is(err, ErrNotStored) || got.Place != 3 {
				t.Fatalf("%+v, %v", got, err)
			}
			store.breakPuts(nil)
			want := "Before"
			if !later {
				want = "Work"
				describe(t, other, acc.ID, want)
			} else if _, err := other.Refresh(t.Context(), acc.ID); err != nil {
				t.Fatal(err)
			}
			if err := a.accounts.memory.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			got, err := other.Account(t.Context(), acc.ID)
			if err != nil || got.Label != want || later && got.Place != 3 {
				t.Errorf("%+v, %v", got.Description, err)
			}
		})
	}
}

func TestLabelsAreBoundedAndClean(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	acc := enroll(t, a, p, time.Hour)
	set := func(d Description) (*Account, error) {
		return a.Describe(t.Context(), acc.ID, func(now *Description) { *now = d })
	}
	got, err := set(Description{Label: " a\n\u202eb\x1b[2J ", Color: "RED;", Place: -3})
	if err != nil || got.Label != "a b[2J" || got.Color != "" || got.Place != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := set(Description{Label: strings.Repeat("é", MaxLabel)}); err != nil {
		t.Errorf("the longest: %v", err)
	}
	if got, err := set(Description{Label: strings.Repeat("x", MaxLabel+1)}); !errors.Is(err, ErrLabel) || got != nil {
		t.Errorf("too long: %v, %v", got, err)
	}
	if now, _ := a.Account(t.Context(), acc.ID); now.Label != strings.Repeat("é", MaxLabel) {
		t.Errorf("what was refused changed it to %q", now.Label)
	}
	if _, err := a.Describe(t.Context(), "nobody000000", func(*Description) {}); !errors.Is(err, ErrNoAccount) {
		t.Errorf("of nobody: %v", err)
	}
}

// A label is a name, exactly as it is; one that is another account's name too is ambiguous,
// whoever gave that account its name.
func TestAccountsByLabel(t *testing.T) {
	acc := func(id, provider, login, label string) *Account {
		return &Account{ID: id, Provider: provider, User: identity.User{Login: login}, Description: Description{Label: label}}
	}
	list := []*Account{
		acc("aaaaaaaaaaaa", "demo", "mira", "Work"),
		acc("bbbbbbbbbbbb", "demo", "jonas", "jonas@acme"),
		acc("cccccccccccc", "acme", "jonas", "Café"),
		acc("dddddddddddd", "odd", "x", "Two"),
		acc("eeeeeeeeeeee", "odd", "y", "Two"),
		acc("ffffffffffff", "own", "z", "own"),
		acc("gggggggggggg", "else", "z", "aaaaaaaaaaaa"),
		acc("hhhhhhhhhhhh", "else", "y", "goneaccount1"), // as that of an account that was signed out
	}
	for name, want := range map[string]string{
		"Work": "a", "work": "", "Wor": "", "Cafe\u0301": "c", "Two": "de", "own": "f", "jonas@acme": "cb", "acme": "c", "aaaaaaaaaaaa": "a", "goneaccount1": "",
	} {
		got := ""
		for _, a := range resolve(list, name) {
			got += a.ID[:1]
		}
		if got != want {
			t.Errorf("%q fits %q, want %q", name, got, want)
		}
	}
}

// Accounts that have places come first, by them.
func TestPlacesOrderAccounts(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	ids := map[string]string{}
	for _, person := range []authtest.Person{authtest.Mira, authtest.Jonas} {
		p.SignsIn(person)
		ids[person.Name] = enroll(t, a, p, time.Hour).ID
	}
	order := func() (names []string) {
		list, err := a.Summaries(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, acc := range list {
			names = append(names, acc.User.Name)
		}
		return names
	}
	before := order()
	if _, err := a.Describe(t.Context(), ids[before[1]], func(d *Description) { d.Place = 7 }); err != nil {
		t.Fatal(err)
	}
	if after := order(); after[0] != before[1] || after[1] != before[0] {
		t.Errorf("%q became %q", before, after)
	}
}

// An export comes from anywhere.
func TestImportedDescriptionsAreBounded(t *testing.T) {
	rec := &record{ID: "abcdefghijkl", Provider: "p", Subject: "s", Description: Description{Label: strings.Repeat("\u202eé", 500), Color: "<b>", Place: -1}}
	data, err := rec.encode()
	if err != nil {
		t.Fatal(err)
	}
	in, err := ReadImported(here(nil), rec.ID, data)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeRecord(rec.ID, in.Data)
	if err != nil || got.Description != (Description{Label: strings.Repeat("é", MaxLabel) + "…"}) {
		t.Errorf("%+v, %v", got.Description, err)
	}
}

package consent

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"
)

// Record is the name of the vault's record of rules and grants.
const Record = "consent"

// Store is the part of the vault that is needed.
type Store interface {
	Get(ctx context.Context, name string) ([]byte, error)
	Put(ctx context.Context, name string, data []byte) error
	LockRecord(ctx context.Context, name string) (release func(), err error)
}

// Rule says what an account does with programs that speak to the agent themselves.
type Rule string

// The rules.
const (
	Ask    Rule = "ask"
	Always Rule = "always"
	Never  Rule = "never"
)

// AccountRule is the rule of an account. The zero value asks programs, and lets
// claviger's own commands through.
type AccountRule struct {
	Rule Rule `json:"rule,omitempty"`
	// Commands means that the rule holds for claviger's commands too, for the program
	// that started them.
	Commands bool `json:"commands,omitempty"`
}

// Grant lets a program have an account's access tokens.
type Grant struct {
	// ID is random, for naming it: [a-z0-9]{8}.
	ID      string `json:"id"`
	Account string `json:"account"`
	// Path is that of the program's file, Hash the SHA-256 of what is in it.
	Path string `json:"path"`
	Hash string `json:"sha256"`
	// IDToken lets it have the ID token too.
	IDToken bool `json:"id_token,omitempty"`
	// Given is when, Until when it ends; zero is never.
	Given time.Time `json:"given"`
	Until time.Time `json:"until,omitzero"`
}

// SameAs reports whether one takes the place of the other.
func (g Grant) SameAs(h Grant) bool {
	return g.Account == h.Account && g.Path == h.Path && g.IDToken == h.IDToken
}

// over reports whether the grant has ended. If the clock was set back before it was
// given, nothing is known of its hour.
func (g Grant) over(now time.Time) bool {
	return !g.Until.IsZero() && (!now.Before(g.Until) || now.Before(g.Given.Add(-time.Minute)))
}

// maxGrants bounds the record; the oldest give way.
const maxGrants = 500

// page is the record.
type page struct {
	Rules  map[string]AccountRule `json:"rules,omitempty"`
	Grants []Grant                `json:"grants,omitempty"`
}

// Book keeps rules and grants. It remembers nothing: what another process changes
// counts at once.
type Book struct {
	Store Store
	// Now is the clock.
	Now func() time.Time
}

func (b Book) read(ctx context.Context) (page, error) {
	data, err := b.Store.Get(ctx, Record)
	var c interface{ Code() string }
	if errors.Is(err, fs.ErrNotExist) || errors.As(err, &c) && c.Code() == "not-set-up" {
		return page{}, nil
	}
	if err != nil {
		return page{}, err
	}
	var p page
	if json.Unmarshal(data, &p) != nil {
		// A rule that cannot be read may have been "never".
		return page{}, fmt.Errorf("%s: the record cannot be read", Record)
	}
	return p, nil
}

// change rewrites the record, held against other processes.
func (b Book) change(ctx context.Context, f func(*page)) error {
	release, err := b.Store.LockRecord(ctx, Record)
	if err != nil {
		return err
	}
	defer release()
	p, err := b.read(ctx)
	if err != nil {
		return err
	}
	f(&p)
	p.Grants = slices.DeleteFunc(p.Grants, func(g Grant) bool { return g.over(b.Now()) })
	if extra := len(p.Grants) - maxGrants; extra > 0 {
		p.Grants = p.Grants[extra:]
	}
	data, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("%s: %w", Record, err)
	}
	return b.Store.Put(ctx, Record, data)
}

// Rule is that of an account.
func (b Book) Rule(ctx context.Context, account string) (AccountRule, error) {
	p, err := b.read(ctx)
	return p.Rules[account], err
}

// Rules are those of all accounts whose rule is not the default, by account.
func (b Book) Rules(ctx context.Context) (map[string]AccountRule, error) {
	p, err := b.read(ctx)
	return p.Rules, err
}

// SetRule sets the rule of an account.
func (b Book) SetRule(ctx context.Context, account string, r AccountRule) error {
	return b.ChangeRule(ctx, account, func(old *AccountRule) { *old = r })
}

// ChangeRule changes a part of an account's rule. What it says otherwise, by whomever it
// was set meanwhile, stays.
func (b Book) ChangeRule(ctx context.Context, account string, change func(*AccountRule)) error {
	return b.change(ctx, func(p *page) {
		r := p.Rules[account]
		change(&r)
		p.set(account, r)
	})
}

func (p *page) set(account string, r AccountRule) {
	if r == (AccountRule{}) || r == (AccountRule{Rule: Ask}) {
		delete(p.Rules, account)
		return
	}
	if p.Rules == nil {
		p.Rules = map[string]AccountRule{}
	}
	p.Rules[account] = r
}

// Grants lists those that are in force, the newest first.
func (b Book) Grants(ctx context.Context) ([]Grant, error) {
	p, err := b.read(ctx)
	list := slices.DeleteFunc(p.Grants, func(g Grant) bool { return g.over(b.Now()) })
	slices.Reverse(list)
	return list, err
}

// Give keeps a grant; a program has one for an account, and one with the ID token. d is
// how long, zero for ever.
func (b Book) Give(ctx context.Context, account string, of Program, idToken bool, d time.Duration) error {
	if !of.known() {
		return errors.New("a program whose file is unknown cannot be recognized again")
	}
	now := b.Now().Round(0).UTC()
	g := Grant{ID: newID(), Account: account, Path: of.Path, Hash: of.Hash, IDToken: idToken, Given: now}
	if d > 0 {
		g.Until = now.Add(d)
	}
	return b.change(ctx, func(p *page) {
		p.Grants = slices.DeleteFunc(p.Grants, func(old Grant) bool {
			// One for another content of that file is of no use any more.
			return old.SameAs(g) || old.Account == account && old.Path == of.Path && old.Hash != of.Hash
		})
		p.Grants = append(p.Grants, g)
	})
}

// TakeBack removes the grants with these IDs, or all of them, and says how many.
func (b Book) TakeBack(ctx context.Context, ids []string, all bool) (int, error) {
	n := 0
	err := b.change(ctx, func(p *page) {
		before := len(p.Grants)
		p.Grants = slices.DeleteFunc(p.Grants, func(g Grant) bool { return all || slices.Contains(ids, g.ID) })
		n = before - len(p.Grants)
	})
	return n, err
}

// SignedOut takes back what was allowed for an account that is gone: whoever signs in
// there again is asked again. What its rule forbids stays forbidden.
func (b Book) SignedOut(ctx context.Context, account string) error {
	of := func(g Grant) bool { return g.Account == account }
	p, err := b.read(ctx)
	if err != nil || p.Rules[account].Rule != Always && !slices.ContainsFunc(p.Grants, of) {
		return err
	}
	return b.change(ctx, func(p *page) {
		p.Grants = slices.DeleteFunc(p.Grants, of)
		if r := p.Rules[account]; r.Rule == Always {
			r.Rule = Ask
			p.set(account, r)
		}
	})
}

// Restore puts a grant back that was taken back, unless the program got another one
// for the account meanwhile.
func (b Book) Restore(ctx context.Context, g Grant) error {
	return b.change(ctx, func(p *page) {
		if !slices.ContainsFunc(p.Grants, g.SameAs) {
			p.Grants = append(p.Grants, g)
			slices.SortStableFunc(p.Grants, func(a, b Grant) int { return a.Given.Compare(b.Given) })
		}
	})
}

// newID is short enough to type, and random so that it names no other grant later.
func newID() string {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

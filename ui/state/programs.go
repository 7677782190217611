package state

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/claviger/claviger/internal/agent"
	"github.com/claviger/claviger/internal/attention"
	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/ui/words"
)

// AgentHere is whether programs can ask this window for tokens.
type AgentHere struct {
	// Socket is where they ask; "" if they cannot, because Other, an agent, serves
	// them, or because of a Problem.
	Socket string
	Other  bool
	// Asks means that this window asks for the other one.
	Asks    bool
	Problem string
}

// Programs is the page of the programs that may have tokens, and what decides on them.
type Programs struct {
	*base
	book  consent.Book
	asker consent.Asker
	gate  *consent.Gate // nil without [Services.Consent]
	// changes are what is done with grants and rules.
	changes line
}

// newPrograms makes the page; asker asks in this window.
func newPrograms(b *base, asker consent.Asker) *Programs {
	p := &Programs{base: b}
	if b.sv.Consent == nil {
		return p
	}
	p.book = consent.Book{Store: b.sv.Consent, Now: b.now}
	p.asker = asker
	if b.sv.Announce != nil {
		p.asker = attention.Announcing(asker, b.sv.Announce)
	}
	p.gate = consent.NewGate(p.book, p.asker)
	return p
}

// ProgramsPage is which programs may have tokens.
type ProgramsPage struct {
	// Read reports that they were read.
	Read bool
	// Grants are in force, or were Taken back here, by ID; the newest is first.
	Grants  []consent.Grant
	Taken   map[string]bool
	Denials []consent.Denial
	// Rules are those of accounts that have another than the default.
	Rules map[string]consent.AccountRule
	// Unread says why they cannot be read.
	Unread string
}

// Of is the part of it that is about an account.
func (p ProgramsPage) Of(account string) ProgramsPage {
	p.Grants = slices.DeleteFunc(slices.Clone(p.Grants), func(g consent.Grant) bool { return g.Account != account })
	p.Denials = slices.DeleteFunc(slices.Clone(p.Denials), func(d consent.Denial) bool { return d.Account != account })
	return p
}

// Gate decides which programs may have tokens: it asks in this window.
func (p *Programs) Gate() *consent.Gate { return p.gate }

// Asker asks in this window.
func (p *Programs) Asker() consent.Asker { return p.asker }

// AskingForOther says that the window asks for the agent that serves programs in its
// place. It may be called on any goroutine.
func (p *Programs) AskingForOther() {
	p.post(func() { p.update(func(st *State) { st.Agent.Asks = st.Agent.Other }) })
}

// Serving says that programs can ask this window at a socket. It may be called on any
// goroutine.
func (p *Programs) Serving(socket string) {
	p.post(func() { p.served(socket, nil) })
}

// NotServing says that they cannot, and why. It may be called on any goroutine.
func (p *Programs) NotServing(err error) {
	p.post(func() { p.served("", err) })
}

func (p *Programs) served(socket string, err error) {
	p.update(func(st *State) {
		st.Agent = AgentHere{Socket: socket, Other: errors.Is(err, agent.ErrRunning)}
		if err != nil && !st.Agent.Other {
			st.Agent.Problem = words.OneLine(p.explain(err, nil, ""))
		}
	})
}

// Open shows which programs may have tokens.
func (p *Programs) Open() {
	if p.st.Locked() {
		return
	}
	p.leave()
	p.update(func(st *State) {
		st.Programs.Taken = nil
		p.goTo(st, RoutePrograms)
	})
	p.load()
}

// showsPrograms reports whether grants are on the page.
func (s State) showsPrograms() bool {
	return s.Route == RoutePrograms || s.Route == RouteAccount && s.Tab == TabPrograms
}

// reload reads them again if they are shown.
func (p *Programs) reload() {
	if p.st.showsPrograms() {
		p.load()
	}
}

// load reads rules and grants.
func (p *Programs) load() {
	p.change(func(context.Context) error { return nil })
}

// change does something with rules and grants, and reads them again.
func (p *Programs) change(change func(ctx context.Context) error) {
	if p.gate == nil {
		return
	}
	p.queue(&p.changes, func(ctx context.Context, last func() bool) {
		err := change(ctx)
		grants, grantsErr := p.book.Grants(ctx)
		rules, rulesErr := p.book.Rules(ctx)
		err = errors.Join(err, grantsErr, rulesErr)
		p.post(func() {
			if p.st.Locked() || !last() {
				return // what came later says more
			}
			p.update(func(st *State) { p.set(st, grants, rules, err) })
		})
	})
}

// forget drops what was read.
func (p *Programs) forget(st *State) { st.Programs = ProgramsPage{} }

// set takes over what was read. What was taken back here stays, to be undone.
func (p *Programs) set(st *State, grants []consent.Grant, rules map[string]consent.AccountRule, err error) {
	page := &st.Programs
	page.Read, page.Unread = true, ""
	if err != nil {
		page.Unread = words.OneLine(p.explain(err, nil, ""))
		if len(grants) == 0 {
			page.Taken = nil // it is not known that they were
			return
		}
	}
	taken := map[string]bool{}
	for _, old := range page.Grants {
		if page.Taken[old.ID] && !slices.ContainsFunc(grants, old.SameAs) {
			taken[old.ID] = true
			grants = append(grants, old)
		}
	}
	page.Taken = taken
	slices.SortStableFunc(grants, func(a, b consent.Grant) int { return b.Given.Compare(a.Given) })
	page.Grants, page.Rules, page.Denials = grants, rules, p.gate.Denials()
}

// ToggleGrant takes a grant back, or undoes that.
func (p *Programs) ToggleGrant(id string) {
	i := slices.IndexFunc(p.st.Programs.Grants, func(g consent.Grant) bool { return g.ID == id })
	if i < 0 {
		return
	}
	g, taken := p.st.Programs.Grants[i], p.st.Programs.Taken[id]
	p.update(func(st *State) { st.Programs.Taken = flipped(st.Programs.Taken, id) })
	p.change(func(ctx context.Context) error {
		if taken {
			return p.book.Restore(ctx, g)
		}
		_, err := p.book.TakeBack(ctx, []string{id}, false)
		return err
	})
}

// AskAgain ends a denial: the program is asked about the next time.
func (p *Programs) AskAgain(d consent.Denial) {
	p.gate.AskAgain(d)
	p.update(func(st *State) { st.Programs.Denials = p.gate.Denials() })
}

// SetRule changes what an account does with programs.
func (p *Programs) SetRule(account string, rule consent.Rule) {
	p.changeRule(account, func(r *consent.AccountRule) { r.Rule = rule })
}

// SetRuleForCommands changes whether that is also for claviger's own commands.
func (p *Programs) SetRuleForCommands(account string, on bool) {
	p.changeRule(account, func(r *consent.AccountRule) { r.Commands = on })
}

func (p *Programs) changeRule(account string, change func(*consent.AccountRule)) {
	p.change(func(ctx context.Context) error { return p.book.ChangeRule(ctx, account, change) })
}

// nextOfPrograms is when a denial or grant on the page ends.
func nextOfPrograms(st State) time.Time {
	var next time.Time
	earlier := func(t time.Time) {
		if t.After(st.Now) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	for _, d := range st.Programs.Denials {
		earlier(d.Until)
	}
	for _, g := range st.Programs.Grants {
		earlier(g.Until)
	}
	return next
}

// InForce are the grants and denials of the page that have not ended by now.
func (p ProgramsPage) InForce(now time.Time) ([]consent.Grant, []consent.Denial) {
	grants := slices.DeleteFunc(slices.Clone(p.Grants), func(g consent.Grant) bool { return !g.Until.IsZero() && !now.Before(g.Until) })
	denials := slices.DeleteFunc(slices.Clone(p.Denials), func(d consent.Denial) bool { return !now.Before(d.Until) })
	return grants, denials
}

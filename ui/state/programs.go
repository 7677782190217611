package state

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/claviger/claviger/internal/agent"
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
func (s *Store) Gate() *consent.Gate { return s.gate }

// Asker asks in this window.
func (s *Store) Asker() consent.Asker { return s.asker }

// AskingForOther says that the window asks for the agent that serves programs in its
// place. It may be called on any goroutine.
func (s *Store) AskingForOther() {
	s.post(func() { s.update(func(st *State) { st.Agent.Asks = st.Agent.Other }) })
}

// Serving says that programs can ask this window at a socket. It may be called on any
// goroutine.
func (s *Store) Serving(socket string) {
	s.post(func() { s.served(socket, nil) })
}

// NotServing says that they cannot, and why. It may be called on any goroutine.
func (s *Store) NotServing(err error) {
	s.post(func() { s.served("", err) })
}

func (s *Store) served(socket string, err error) {
	s.update(func(st *State) {
		st.Agent = AgentHere{Socket: socket, Other: errors.Is(err, agent.ErrRunning)}
		if err != nil && !st.Agent.Other {
			st.Agent.Problem = words.OneLine(s.explain(err, nil, ""))
		}
	})
}

// OpenPrograms shows which programs may have tokens.
func (s *Store) OpenPrograms() {
	if s.st.Locked() {
		return
	}
	s.leave()
	s.update(func(st *State) {
		st.Programs.Taken = nil
		s.goTo(st, RoutePrograms)
	})
	s.loadPrograms()
}

// showsPrograms reports whether grants are on the page.
func (s State) showsPrograms() bool {
	return s.Route == RoutePrograms || s.Route == RouteAccount && s.Tab == TabPrograms
}

// reloadPrograms reads them again if they are shown.
func (s *Store) reloadPrograms() {
	if s.st.showsPrograms() {
		s.loadPrograms()
	}
}

// loadPrograms reads rules and grants.
func (s *Store) loadPrograms() {
	s.changePrograms(func(context.Context) error { return nil })
}

// changePrograms does something with rules and grants, and reads them again.
func (s *Store) changePrograms(change func(ctx context.Context) error) {
	if s.gate == nil {
		return
	}
	before := s.programs // what was begun earlier is finished first
	done := make(chan struct{})
	s.programs = done
	s.spawn(func(ctx context.Context) {
		defer close(done)
		if before != nil {
			<-before
		}
		err := change(ctx)
		grants, grantsErr := s.book.Grants(ctx)
		rules, rulesErr := s.book.Rules(ctx)
		err = errors.Join(err, grantsErr, rulesErr)
		s.post(func() {
			if s.st.Locked() || s.programs != done {
				return // what came later says more
			}
			s.update(func(st *State) { s.setPrograms(st, grants, rules, err) })
		})
	})
}

// setPrograms takes over what was read. What was taken back here stays, to be undone.
func (s *Store) setPrograms(st *State, grants []consent.Grant, rules map[string]consent.AccountRule, err error) {
	p := &st.Programs
	p.Read, p.Unread = true, ""
	if err != nil {
		p.Unread = words.OneLine(s.explain(err, nil, ""))
		if len(grants) == 0 {
			return
		}
	}
	taken := map[string]bool{}
	for _, old := range p.Grants {
		if p.Taken[old.ID] && !slices.ContainsFunc(grants, old.SameAs) {
			taken[old.ID] = true
			grants = append(grants, old)
		}
	}
	p.Taken = taken
	slices.SortStableFunc(grants, func(a, b consent.Grant) int { return b.Given.Compare(a.Given) })
	p.Grants, p.Rules, p.Denials = grants, rules, s.gate.Denials()
}

// ToggleGrant takes a grant back, or undoes that.
func (s *Store) ToggleGrant(id string) {
	i := slices.IndexFunc(s.st.Programs.Grants, func(g consent.Grant) bool { return g.ID == id })
	if i < 0 {
		return
	}
	g, taken := s.st.Programs.Grants[i], s.st.Programs.Taken[id]
	s.update(func(st *State) { st.Programs.Taken = flipped(st.Programs.Taken, id) })
	s.changePrograms(func(ctx context.Context) error {
		if taken {
			return s.book.Restore(ctx, g)
		}
		_, err := s.book.TakeBack(ctx, []string{id}, false)
		return err
	})
}

// AskAgain ends a denial: the program is asked about the next time.
func (s *Store) AskAgain(d consent.Denial) {
	s.gate.AskAgain(d)
	s.update(func(st *State) { st.Programs.Denials = s.gate.Denials() })
}

// SetRule changes what an account does with programs.
func (s *Store) SetRule(account string, rule consent.Rule) {
	s.changeRule(account, func(r *consent.AccountRule) { r.Rule = rule })
}

// SetRuleForCommands changes whether that is also for claviger's own commands.
func (s *Store) SetRuleForCommands(account string, on bool) {
	s.changeRule(account, func(r *consent.AccountRule) { r.Commands = on })
}

func (s *Store) changeRule(account string, change func(*consent.AccountRule)) {
	s.changePrograms(func(ctx context.Context) error { return s.book.ChangeRule(ctx, account, change) })
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

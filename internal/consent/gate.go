package consent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// The reasons why a program gets nothing.
var (
	ErrDenied     = errors.New("denied")
	ErrUnanswered = errors.New("nobody answered in time")
	ErrNobody     = errors.New("there is nobody to ask")
	ErrCrowd      = errors.New("too many programs wait for an answer")
)

const (
	// Patience is how long a question waits for its answer.
	Patience = 2 * time.Minute
	// coolDown is how long a denial answers the same question: a program that tries
	// again and again does not ask a person again and again.
	coolDown = time.Minute
	// maxWaiting bounds the questions that wait for a person.
	maxWaiting = 16
)

// Gate asks a person where the book has no answer. It is safe for concurrent use.
type Gate struct {
	book  Book
	asker Asker // nil if there is nobody

	mu      sync.Mutex
	waiting map[string]*asked
	denials map[string]Denial
}

// asked is a question under way.
type asked struct {
	key string
	// wanted is how many wait for the answer.
	wanted int
	done   chan struct{}
	answer Answer
	once   bool // the answer is kept nowhere
	err    error
}

// Denial is an answer that holds for a short while: until then, the program is denied
// what it asks for again.
type Denial struct {
	Question
	// At is when it was given, Until when it ends.
	At, Until time.Time
}

// NewGate returns a gate. A nil asker means that there is nobody to ask.
func NewGate(b Book, a Asker) *Gate {
	return &Gate{book: b, asker: a, waiting: map[string]*asked{}, denials: map[string]Denial{}}
}

// Allow returns nil if the program may have the token; else an error that wraps one of
// this package, or that of the store: what cannot be read allows nothing. A question
// goes on if ctx ends: other programs may wait for the same answer. once reports that a
// person said so, and that it is kept nowhere.
func (g *Gate) Allow(ctx context.Context, q Question) (once bool, err error) {
	if yes, err := g.ruled(ctx, q); yes || err != nil {
		return false, err
	}
	if q.Describe != nil {
		q.Program = q.Describe()
	}
	if yes, err := g.given(ctx, q); yes || err != nil {
		return false, err
	}
	return g.ask(ctx, q)
}

// Still is [Gate.Allow] when the token is there, which can take a sign-in, and so hours:
// what was allowed may have been taken back. Whoever said once is not asked again.
func (g *Gate) Still(ctx context.Context, q Question, once bool) error {
	if once {
		_, err := g.ruled(ctx, q)
		return err
	}
	_, err := g.Allow(ctx, q)
	return err
}

// ruled reports whether the account's rule says yes; the error is a no.
func (g *Gate) ruled(ctx context.Context, q Question) (yes bool, err error) {
	rule, err := g.book.Rule(ctx, q.Account)
	switch {
	case err != nil:
		return false, err
	case q.Command && !rule.Commands && !q.Program.Forwarded:
		return true, nil
	case rule.Rule == Never:
		return false, fmt.Errorf("%w: the account's rule is never", ErrDenied)
	}
	return rule.Rule == Always && !q.Program.Forwarded, nil
}

// given reports whether there is a grant.
func (g *Gate) given(ctx context.Context, q Question) (bool, error) {
	if !q.Program.known() {
		return false, nil
	}
	list, err := g.book.Grants(ctx)
	return slices.ContainsFunc(list, func(have Grant) bool {
		return have.Account == q.Account && have.Path == q.Program.Path && have.Hash == q.Program.Hash && (have.IDToken || !q.IDToken)
	}), err
}

// ask waits for the one question of a kind.
func (g *Gate) ask(ctx context.Context, q Question) (once bool, err error) {
	a, first, err := g.join(q)
	if err != nil {
		return false, err
	}
	if first {
		q.Wanted = func() bool { return g.wanted(a) }
		go g.put(context.WithoutCancel(ctx), q, a)
	}
	select {
	case <-ctx.Done():
		g.leave(a)
		return false, ctx.Err()
	case <-a.done:
	}
	switch {
	case a.err != nil:
		return false, a.err
	case !slices.Contains(q.Answers(), a.answer) || a.answer == Deny:
		return false, ErrDenied
	}
	return a.once, nil
}

// join finds the question that is under way already, or begins it.
func (g *Gate) join(q Question) (a *asked, first bool, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.book.Now()
	if d, ok := g.denials[q.key()]; ok && d.holds(now) {
		return nil, false, ErrDenied
	}
	key := q.key()
	if !q.Program.known() {
		key += "\x00" + newID() // two of one name may be two programs: each has its own question
	}
	if a := g.waiting[key]; a != nil {
		a.wanted++
		return a, false, nil
	}
	switch {
	case g.asker == nil:
		return nil, false, ErrNobody
	case len(g.waiting) >= maxWaiting:
		return nil, false, ErrCrowd
	}
	a = &asked{key: key, wanted: 1, done: make(chan struct{})}
	g.waiting[key] = a
	return a, true, nil
}

// leave is for who no longer waits for an answer.
func (g *Gate) leave(a *asked) {
	g.mu.Lock()
	defer g.mu.Unlock()
	a.wanted--
}

func (g *Gate) wanted(a *asked) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return a.wanted > 0
}

// holds reports whether a denial is in force.
func (d Denial) holds(now time.Time) bool { return now.Sub(d.At).Abs() < coolDown }

// Denials are those that are in force, the newest first.
func (g *Gate) Denials() []Denial {
	g.mu.Lock()
	defer g.mu.Unlock()
	var list []Denial
	for _, d := range g.denials {
		if d.holds(g.book.Now()) {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b Denial) int {
		return cmp.Or(b.At.Compare(a.At), strings.Compare(a.key(), b.key()))
	})
	return list
}

// AskAgain ends a denial: the program is asked about the next time.
func (g *Gate) AskAgain(d Denial) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.denials, d.key())
}

// put asks the person, and keeps what they say.
func (g *Gate) put(ctx context.Context, q Question, a *asked) {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	q.Until = g.book.Now().Add(Patience)
	a.answer, a.err = g.asker.Ask(ctx, q)
	if ctx.Err() != nil && a.answer == "" {
		a.err = ErrUnanswered
	}
	if a.err == nil {
		a.once, a.err = g.keep(context.WithoutCancel(ctx), q, a.answer)
	}
	g.decided(q, a)
	if l, ok := g.asker.(Listener); ok {
		l.Decided()
	}
}

// decided lets those go on who wait, and remembers a denial.
func (g *Gate) decided(q Question, a *asked) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.waiting, a.key)
	now := g.book.Now()
	for key, d := range g.denials {
		if !d.holds(now) {
			delete(g.denials, key)
		}
	}
	if a.answer == Deny || errors.Is(a.err, ErrUnanswered) {
		g.denials[q.key()] = Denial{Question: q, At: now, Until: now.Add(coolDown)}
	}
	close(a.done)
}

// keep stores what holds for longer than this once. If that fails, the person said yes
// all the same.
func (g *Gate) keep(ctx context.Context, q Question, a Answer) (once bool, err error) {
	if !slices.Contains(q.Answers(), a) {
		return false, ErrDenied
	}
	switch a {
	case Hour:
		return g.book.Give(ctx, q.Account, q.Program, q.IDToken, time.Hour) != nil, nil // asked again instead
	case Forever:
		return g.book.Give(ctx, q.Account, q.Program, q.IDToken, 0) != nil, nil
	case Once, Deny:
	}
	return true, nil
}

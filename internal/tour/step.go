package tour

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
)

// step is one thing that the tour shows.
type step struct {
	title string
	// command does the same for a person's own accounts.
	command string
	// signedIn says that it needs the account of the sign-in.
	signedIn bool
	run      func(s *stage, ctx context.Context) error
}

// steps are all of them, in order.
func steps() []step {
	return []step{
		{title: "A provider to sign in to", command: "claviger providers show gitlab", run: (*stage).provider},
		{title: "Sign in through the browser", command: "claviger login gitlab --groups", run: (*stage).signIn},
		{title: "Who signed in", command: "claviger whoami gitlab", signedIn: true, run: (*stage).profile},
		{title: "Groups and roles", command: "claviger whoami gitlab --groups", signedIn: true, run: (*stage).groups},
		{title: "ID token checks", command: "claviger inspect gitlab --id-token", signedIn: true, run: (*stage).checks},
		{title: "A fresh token for curl", command: `claviger token gitlab --header | curl -H @- https://gitlab.com/api/v4/user`, signedIn: true, run: (*stage).curl},
		{title: "An expired token is refreshed", command: "claviger token gitlab", signedIn: true, run: (*stage).expiry},
		{title: "The provider is down", command: "claviger accounts", signedIn: true, run: (*stage).offline},
		{title: "A forged callback", command: "claviger login gitlab --verbose", run: (*stage).forgery},
		{title: "Sign out, with a receipt", command: "claviger logout gitlab --browser; claviger receipts", signedIn: true, run: (*stage).signOut},
	}
}

// show runs the steps and returns the numbers of those that failed. The error
// is one that ends the tour.
func (s *stage) show(ctx context.Context, all []step) (failed []int, err error) {
	for i, st := range all {
		s.tell.step(i+1, st.title)
		err := s.setUp(ctx)
		broken := err != nil
		if !broken {
			err = s.run(ctx, st)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			failed = append(failed, i+1)
		}
		switch {
		case errors.Is(err, errLeftOut):
			s.tell.leftOut(err.Error())
		case err != nil:
			s.tell.fault(words(err))
			fallthrough
		default:
			s.tell.command(st.command)
		}
		if broken { // no step can do without
			for n := i + 2; n <= len(all); n++ {
				failed = append(failed, n)
			}
			return failed, nil
		}
		if err := s.tell.pause(ctx, stepPause); err != nil {
			return nil, err
		}
	}
	return failed, nil
}

// setUp provides what every step needs: a provider that answers, and the program
// opened.
func (s *stage) setUp(ctx context.Context) error {
	if err := s.startServer(ctx); err != nil {
		return failed("Provider", err)
	}
	return failed("Claviger", s.open(ctx))
}

// errLeftOut is the error of a step that cannot run after an earlier failure.
var errLeftOut = errors.New("skipped: no one is signed in")

// run runs one step.
func (s *stage) run(ctx context.Context, st step) error {
	if s.o.before != nil {
		s.o.before(st.title, s.server)
	}
	if st.signedIn && s.account == nil {
		return errLeftOut
	}
	return st.run(s, ctx)
}

// fact says what was measured, and leaves it for a moment.
func (s *stage) fact(ctx context.Context, label, format string, args ...any) error {
	s.tell.fact(label, format, args...)
	return s.tell.pause(ctx, linePause)
}

// unlikeError says what came instead of what a step should show.
type unlikeError struct {
	label, text string
	err         error
}

// Error implements error.
func (e *unlikeError) Error() string { return e.label + ": " + e.text }

// Unwrap returns the reason, if there is one.
func (e *unlikeError) Unwrap() error { return e.err }

func unlike(label, format string, args ...any) error {
	return &unlikeError{label: label, text: fmt.Sprintf(format, args...)}
}

// failed adds what was tried to an error.
func failed(label string, err error) error {
	if err == nil {
		return nil
	}
	return &unlikeError{label: label, err: err}
}

// words says an error for a person.
func words(err error) (label, text string) {
	label = "Failed"
	if other, ok := errors.AsType[*unlikeError](err); ok {
		label = other.label
		if other.err == nil {
			return label, other.text
		}
		err = other.err
	}
	switch p := problem.Explain(err, nil, ""); {
	case p.Code == "failed": // the error itself says most
		return label, err.Error()
	case p.Detail == "":
		return label, p.Title
	default:
		return label, p.Title + ". " + p.Detail
	}
}

// eventLog collects the events of a sign-in.
type eventLog struct {
	mu   sync.Mutex
	list []trace.Event
}

func (l *eventLog) add(e trace.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, e)
}

// all are those so far.
func (l *eventLog) all() []trace.Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.list)
}

package trace

import (
	"sync"
	"time"
)

// MaxIgnored bounds the events about strangers' requests: whoever floods the
// listener must fill neither memory nor the window.
const MaxIgnored = 20

// Log collects the moments of one sign-in or refresh and hands them to its observer
// of them one at a time, in order. It is safe for concurrent use, and an
// observer may call back into the flow.
type Log struct {
	now     func() time.Time
	observe func(Event)

	mu       sync.Mutex
	all      []Event
	given    int // of all, how many the observer knows
	giving   bool
	quiet    *sync.Cond // given == len(all) and no goroutine gives
	ignored  int        // including those not recorded
	finished bool
}

// NewLog returns an empty log. now is the clock; observe, if not nil, gets
// each event.
func NewLog(now func() time.Time, observe func(Event)) *Log {
	l := &Log{now: now, observe: observe}
	l.quiet = sync.NewCond(&l.mu)
	return l
}

// Emit records ev and sees to it that the observer gets it. If another
// goroutine gives it events just now, that one goes on with ev: the observer is
// never called from two goroutines at once and no lock is held meanwhile.
func (l *Log) Emit(ev Event) {
	l.Queue(ev)
	l.Flush()
}

// Queue records ev; the observer gets it at the next flush.
func (l *Log) Queue(ev Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.finished {
		return
	}
	if ev.Phase == Ignored {
		l.ignored++
		if l.ignored > MaxIgnored {
			return
		}
	}
	if ev.At.IsZero() {
		ev.At = l.now()
	}
	l.all = append(l.all, ev)
	if l.observe == nil {
		l.given = len(l.all)
	}
}

// Flush hands the observer what it does not have yet.
func (l *Log) Flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.giving {
		return
	}
	l.giving = true
	for l.given < len(l.all) {
		next := l.all[l.given]
		l.given++
		l.mu.Unlock()
		l.observe(next)
		l.mu.Lock()
	}
	l.giving = false
	l.quiet.Broadcast()
}

// Finish waits until the observer knows everything; later events are dropped.
func (l *Log) Finish() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.finished = true
	for l.giving || l.given < len(l.all) {
		l.quiet.Wait()
	}
}

// Events is a copy of the events so far. Of the progress of each source it has
// the newest only: the list is kept with the account.
func (l *Log) Events() []Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	newest := map[string]int{}
	for i, ev := range l.all {
		if ev.Phase == Advanced {
			newest[ev.Name] = i
		}
	}
	out := make([]Event, 0, len(l.all))
	for i, ev := range l.all {
		if ev.Phase != Advanced || newest[ev.Name] == i {
			out = append(out, ev)
		}
	}
	return out
}

// Ignored is how many strangers' requests came.
func (l *Log) Ignored() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ignored
}

// Span is a started step.
type Span struct {
	log   *Log
	step  Step
	name  string
	start time.Time
}

// Start emits [Started] and returns the span to end.
func (l *Log) Start(step Step, name string) Span {
	return l.begin(Event{Step: step, Name: name})
}

// StartSaying is [Log.Start] with a detail.
func (l *Log) StartSaying(step Step, detail string) Span {
	return l.begin(Event{Step: step, Detail: detail})
}

func (l *Log) begin(ev Event) Span {
	s := Span{log: l, step: ev.Step, name: ev.Name, start: l.now()}
	ev.Phase, ev.At = Started, s.start
	l.Emit(ev)
	return s
}

// End emits the end of the step with how long it took.
func (s Span) End(phase Phase, detail string, x *Exchange) {
	now := s.log.now()
	s.log.Emit(Event{
		Step: s.step, Phase: phase, At: now, Took: now.Sub(s.start),
		Name: s.name, Detail: detail, Exchange: x,
	})
}

// Done ends the span well; detail may be "".
func (s Span) Done(detail string) { s.End(Done, detail, nil) }

// Fail ends the span with err's own words, which never hold a secret.
func (s Span) Fail(err error) { s.End(Broken, err.Error(), nil) }

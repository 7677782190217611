package attention

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// Change is what is new about the events of a kind.
type Change struct {
	Kind Kind
	// Open are those that were said and are still so, by account.
	Open []Event
	// New are those of Open that are said now.
	New []Event
}

// Desk decides what is said. It is safe for concurrent use.
type Desk struct {
	now    func() time.Time
	memory Memory
	tell   func(Change)

	mu sync.Mutex
	// open are the events that are so and were said.
	open map[key]Event
	// asking counts the questions that are open of an account.
	asking map[key]int
	marks  marks
	// marked is whether the marks were read.
	marked bool
}

// NewDesk returns a desk that remembers in memory what it said. tell gets each change,
// in order and one at a time; it must not wait.
func NewDesk(now func() time.Time, m Memory, tell func(Change)) *Desk {
	return &Desk{now: now, memory: m, tell: tell, open: map[key]Event{}, asking: map[key]int{}}
}

// See takes what is the case now, of all kinds but [Consent], says what is new and takes
// back what is over. It returns when something must be said again if nothing changes;
// zero is never.
func (d *Desk) See(events []Event) (next time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.read()
	now, news, dirty := d.now(), map[Kind][]Event{}, false
	there := map[key]bool{}
	for _, e := range events {
		k := e.key()
		if e.Kind == Consent || there[k] {
			continue
		}
		there[k] = true
		say, again := d.marks.say(e, now)
		next = sooner(next, again)
		if say {
			dirty = true
			news[e.Kind] = append(news[e.Kind], e)
		}
		if _, open := d.open[k]; say || open {
			d.open[k] = e
		}
	}
	gone := map[Kind]bool{}
	for k := range d.open {
		if k.kind != Consent && !there[k] {
			delete(d.open, k)
			gone[k.kind] = true
		}
	}
	if d.marks.prune(now) || dirty {
		d.memory.Save(d.marks.stored())
	}
	for _, kind := range Kinds() {
		if len(news[kind]) > 0 || gone[kind] {
			d.say(kind, news[kind])
		}
	}
	return next
}

// Ask says that a program waits for an answer, until done is called; answered says
// whether it got one. A program that was left without one is quiet for a while.
func (d *Desk) Ask(e Event) (done func(answered bool)) {
	e.Kind = Consent
	k := e.key()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.read()
	d.asking[k]++
	if say, _ := d.marks.say(e, d.now()); say {
		d.open[k] = e
		d.say(Consent, []Event{e})
	}
	var once sync.Once
	return func(answered bool) { once.Do(func() { d.answered(e, answered) }) }
}

func (d *Desk) answered(e Event, answered bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	k := e.key()
	if answered {
		d.marks.forget(e)
	}
	if d.asking[k]--; d.asking[k] > 0 {
		return
	}
	delete(d.asking, k)
	if _, open := d.open[k]; open {
		delete(d.open, k)
		d.say(Consent, nil)
	}
}

// Clear takes back everything that was said, and forgets nothing: the vault was locked,
// or the program ends.
func (d *Desk) Clear() {
	d.mu.Lock()
	defer d.mu.Unlock()
	kinds := map[Kind]bool{}
	for k := range d.open {
		kinds[k.kind] = true
		delete(d.open, k)
	}
	for _, kind := range Kinds() {
		if kinds[kind] {
			d.say(kind, nil)
		}
	}
}

// say tells of a kind. The caller holds the lock.
func (d *Desk) say(kind Kind, news []Event) {
	c := Change{Kind: kind, New: news}
	for k, e := range d.open {
		if k.kind == kind {
			c.Open = append(c.Open, e)
		}
	}
	byAccount := func(x, y Event) int { return cmp.Compare(x.Account, y.Account) }
	slices.SortFunc(c.Open, byAccount)
	slices.SortFunc(c.New, byAccount)
	d.tell(c)
}

// read reads the marks, once. The caller holds the lock.
func (d *Desk) read() {
	if !d.marked {
		d.marked = true
		d.marks = readMarks(d.memory.Load())
	}
}

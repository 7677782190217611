package attention

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"strings"
	"time"
)

const (
	// coolDown is how long an event that was ignored is not said again. It doubles each
	// time, up to coolDownMost.
	coolDown     = 24 * time.Hour
	coolDownMost = 7 * 24 * time.Hour
	// askCoolDown is that of a program that was left without an answer.
	askCoolDown     = 10 * time.Minute
	askCoolDownMost = 24 * time.Hour
	// markAge is how long a mark is kept that nothing uses.
	markAge = 60 * 24 * time.Hour
	// setBack is how far a clock may step back without a doubt.
	setBack = time.Minute
)

// Memory keeps what was said over a restart of the program. What cannot be kept is said
// again.
type Memory interface {
	Load() map[string]Mark
	Save(m map[string]Mark)
}

// Mark is that an event was said. Marks are named by a hash, and name nobody.
type Mark struct {
	// Cause is a hash of the event's.
	Cause string    `json:"cause"`
	Said  time.Time `json:"said"`
	Times int       `json:"times"`
	// asked is set for questions, which no restart outlives.
	asked bool
}

type marks map[string]Mark

func readMarks(m map[string]Mark) marks {
	if m == nil {
		m = map[string]Mark{}
	}
	return m
}

// stored are the marks without those of questions.
func (m marks) stored() map[string]Mark {
	out := maps.Clone(m)
	maps.DeleteFunc(out, func(_ string, mark Mark) bool { return mark.asked })
	return out
}

// say reports whether an event is to be said now, and marks it then. If not, again is
// when it may be.
func (m marks) say(e Event, now time.Time) (say bool, again time.Time) {
	name, cause := markName(e), hash(e.Cause)
	mark, known := m[name]
	switch {
	case !known, mark.Cause != cause:
		mark = Mark{Cause: cause, asked: e.Kind == Consent}
	case now.Before(mark.Said.Add(-setBack)):
		// The clock was set back: nothing is known of its age.
		mark.Said = now
		m[name] = mark
		return false, now.Add(mark.wait())
	case now.Before(mark.Said.Add(mark.wait())):
		return false, mark.Said.Add(mark.wait())
	}
	mark.Said, mark.Times = now, mark.Times+1
	m[name] = mark
	return true, now.Add(mark.wait())
}

// wait is how long it is not said again.
func (m Mark) wait() time.Duration {
	first, most := coolDown, coolDownMost
	if m.asked {
		first, most = askCoolDown, askCoolDownMost
	}
	return min(first<<min(max(m.Times-1, 0), 10), most)
}

func (m marks) forget(e Event) { delete(m, markName(e)) }

// prune drops old marks, and reports whether there were any.
func (m marks) prune(now time.Time) bool {
	n := len(m)
	maps.DeleteFunc(m, func(_ string, mark Mark) bool { return now.Sub(mark.Said) > markAge })
	return len(m) < n
}

// markName is what there is one mark of: a kind of an account and, of questions, a
// program.
func markName(e Event) string {
	parts := []string{string(e.Kind), e.Account}
	if e.Kind == Consent {
		parts = append(parts, e.Program)
	}
	return hash(parts...)
}

// hash names something that the file of marks says nothing of.
func hash(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

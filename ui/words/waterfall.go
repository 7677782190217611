package words

import (
	"slices"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/trace"
)

// Bar is one bar of the waterfall, from 0 to 1.
type Bar struct {
	From, To float64
	// Short reports that the bar is shorter than its time: half a minute in the
	// browser would leave nothing to see of the milliseconds beside it.
	Short bool
}

// personShare is how much of the waterfall's width the person's own time takes
// at most: it is a hundred times longer than the rest.
const personShare = 0.35

// Waterfall lays the lines out in time. Lines that did not run have no bar.
func Waterfall(rows []StepRow) []Bar {
	bars := make([]Bar, len(rows))
	t := timelineOf(rows)
	if t.total <= 0 {
		return bars
	}
	for i, r := range rows {
		if r.ran() && r.State != StepNote {
			bars[i] = Bar{From: t.at(r.Start), To: t.at(r.End), Short: t.short(r.Start, r.End)}
		}
	}
	return bars
}

func (r StepRow) ran() bool { return !r.Start.IsZero() && !r.End.IsZero() }

// stretch is some time, from one moment to another.
type stretch struct{ from, until time.Time }

// within is how much of the stretch lies before m.
func (s stretch) within(m time.Time) time.Duration {
	if m.After(s.until) {
		m = s.until
	}
	return max(0, m.Sub(s.from))
}

// timeline maps moments to the width, with the person's time compressed.
type timeline struct {
	first time.Time
	total time.Duration
	// idle is the time of the person alone: what works meanwhile is drawn to the
	// scale of all other work.
	idle  []stretch
	wait  time.Duration // all of idle
	share float64
}

func timelineOf(rows []StepRow) timeline {
	var t timeline
	var last time.Time
	var person stretch
	var work []stretch
	for _, r := range rows {
		if !r.ran() {
			continue
		}
		if t.first.IsZero() || r.Start.Before(t.first) {
			t.first = r.Start
		}
		if r.End.After(last) {
			last = r.End
		}
		switch {
		case r.Person:
			person = stretch{r.Start, r.End}
		case r.step != trace.StepBrowser: // the person is there already
			work = append(work, stretch{r.Start, r.End})
		}
	}
	t.total = last.Sub(t.first)
	t.idle = without(person, work)
	t.wait = t.idleUntil(last)
	if t.total > 0 {
		t.share = min(float64(t.wait)/float64(t.total), personShare)
	}
	return t
}

// without is what is left of some time if others are cut out of it.
func without(whole stretch, others []stretch) []stretch {
	slices.SortFunc(others, func(a, b stretch) int { return a.from.Compare(b.from) })
	var left []stretch
	for _, o := range others {
		if o.from.After(whole.until) {
			break
		}
		if o.from.After(whole.from) {
			left = append(left, stretch{whole.from, o.from})
		}
		if o.until.After(whole.from) {
			whole.from = o.until
		}
	}
	if whole.until.After(whole.from) {
		left = append(left, whole)
	}
	return left
}

// idleUntil is how much of the time until m is the person's alone.
func (t timeline) idleUntil(m time.Time) time.Duration {
	var idle time.Duration
	for _, s := range t.idle {
		idle += s.within(m)
	}
	return idle
}

// short reports whether most of a stretch of time is the person's, and that is
// compressed.
func (t timeline) short(start, end time.Time) bool {
	return t.share*float64(t.total) < float64(t.wait) && 2*(t.idleUntil(end)-t.idleUntil(start)) > end.Sub(start)
}

// at is where a moment lies, from 0 to 1.
func (t timeline) at(m time.Time) float64 {
	idle := t.idleUntil(m)
	at := 0.0
	if t.wait > 0 {
		at = t.share * float64(idle) / float64(t.wait)
	}
	if work := t.total - t.wait; work > 0 {
		at += (1 - t.share) * float64(m.Sub(t.first)-idle) / float64(work)
	}
	return at
}

// AfterBrowser is how long the rest took after the browser came back; zero
// if there was no browser.
func AfterBrowser(rows []StepRow) time.Duration {
	var back, last time.Time
	for _, r := range rows {
		if r.step == trace.StepWait || (r.step == trace.StepCallback && r.State == StepDone) {
			back = r.End
		}
		if r.End.After(last) {
			last = r.End
		}
	}
	if back.IsZero() {
		return 0
	}
	return last.Sub(back)
}

// ActivityTitle names what the events are of, and when: "Sign-in, today 13:58".
func ActivityTitle(events []trace.Event, now time.Time) string {
	refresh := slices.ContainsFunc(events, func(e trace.Event) bool { return e.Step == trace.StepRefresh })
	if len(events) == 0 {
		return lang.X("activity.sign_in", "Sign-in")
	}
	at := map[string]any{"Clock": Clock(now, events[0].At)}
	if refresh {
		return lang.L("Refresh, {{.Clock}}", at)
	}
	return lang.L("Sign-in, {{.Clock}}", at)
}

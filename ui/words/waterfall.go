package words

import (
	"time"

	"github.com/claviger/claviger/auth"
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

// timeline maps moments to the width, with the person's time compressed.
type timeline struct {
	first       time.Time
	total       time.Duration
	wait        time.Duration
	from, until time.Time
	share       float64
}

func timelineOf(rows []StepRow) timeline {
	var t timeline
	var last time.Time
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
		if r.Person {
			t.from, t.until = r.Start, r.End
		}
	}
	t.total = last.Sub(t.first)
	t.wait = t.until.Sub(t.from)
	if t.total > 0 {
		t.share = min(float64(t.wait)/float64(t.total), personShare)
	}
	return t
}

// short reports whether most of a stretch of time is the person's, and that is
// compressed.
func (t timeline) short(start, end time.Time) bool {
	from, until := start, end
	if from.Before(t.from) {
		from = t.from
	}
	if until.After(t.until) {
		until = t.until
	}
	return t.share*float64(t.total) < float64(t.wait) && 2*until.Sub(from) > end.Sub(start)
}

// at is where a moment lies, from 0 to 1.
func (t timeline) at(m time.Time) float64 {
	rest := t.total - t.wait
	if t.wait <= 0 || rest <= 0 {
		return float64(m.Sub(t.first)) / float64(t.total)
	}
	scale := (1 - t.share) / float64(rest)
	switch {
	case m.Before(t.from):
		return float64(m.Sub(t.first)) * scale
	case m.Before(t.until):
		return float64(t.from.Sub(t.first))*scale + t.share*float64(m.Sub(t.from))/float64(t.wait)
	default:
		return t.share + float64(m.Sub(t.first)-t.wait)*scale
	}
}

// AfterBrowser is how long the rest took after the browser came back; zero
// where there was no browser.
func AfterBrowser(rows []StepRow) time.Duration {
	var back, last time.Time
	for _, r := range rows {
		if r.step == auth.StepWait || (r.step == auth.StepCallback && r.State == StepDone) {
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
func ActivityTitle(events []auth.Event, now time.Time) string {
	what := "Sign-in"
	for _, e := range events {
		if e.Step == auth.StepRefresh {
			what = "Refresh"
		}
	}
	if len(events) == 0 {
		return what
	}
	return what + ", " + Clock(now, events[0].At)
}

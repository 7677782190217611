package words

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/trace"
)

// StepState is how far a step of a sign-in is.
type StepState string

// The states of a step.
const (
	StepPending StepState = "pending"
	StepRunning StepState = "running"
	StepDone    StepState = "done"
	StepFailed  StepState = "failed"
	StepSkipped StepState = "skipped"
	StepNote    StepState = "note"
)

// StepRow is one line of a sign-in's progress.
type StepRow struct {
	State StepState
	Text  string
	// Detail is a short phrase, Took how long it took, or how much is left.
	Detail string
	Took   string
	// Start and End say when, for the waterfall.
	Start, End time.Time
	// Person reports that the time went by in the person's hands.
	Person bool

	step trace.Step
	name string
	// paged says that many requests are one line, whose source went on or came
	// to its end by an event of its own.
	paged bool
	// exchanges are the requests behind it.
	exchanges []*trace.Exchange
}

// StepRows makes the lines of what happened.
func StepRows(events []trace.Event) []StepRow {
	var rows []StepRow
	find := func(e trace.Event) int {
		for i := len(rows) - 1; i >= 0; i-- {
			if rows[i].step == e.Step && rows[i].name == e.Name && (rows[i].State == StepRunning || rows[i].paged || e.Progress != nil) {
				return i
			}
		}
		return -1
	}
	ignored := map[trace.Step]int{}
	for _, e := range events {
		if e.Phase == trace.Ignored {
			// Many of the same kind are one line with a count.
			ignored[e.Step]++
			if n := ignored[e.Step]; n > 1 {
				for i := range rows {
					if rows[i].State == StepNote && rows[i].step == e.Step {
						rows[i].Took = fmt.Sprintf("%d×", n)
					}
				}
				continue
			}
			rows = append(rows, StepRow{State: StepNote, Text: ignoredText(e), Start: e.At, End: e.At, step: e.Step, name: e.Name})
			continue
		}
		i := find(e)
		if i < 0 {
			rows = append(rows, StepRow{step: e.Step, name: e.Name, Start: e.At.Add(-e.Took), Person: e.Step == trace.StepWait || e.Step == trace.StepJoin})
			i = len(rows) - 1
		}
		rows[i].take(e)
	}
	return rows
}

// takePage takes over an event about a source with pages; it goes on until the
// source says that it ended.
func (r *StepRow) takePage(e trace.Event) bool {
	if e.Phase == trace.Advanced && e.Progress != nil {
		r.paged = e.Step == trace.StepGroups
		if e.Progress.Last && r.State == StepFailed {
			return true // why stands there
		}
		r.Detail, r.State, r.End, r.Took = e.Progress.String(), StepRunning, e.At, ""
		if e.Progress.Last {
			r.State = StepDone
			r.Took = Took(r.End.Sub(r.Start))
		}
		r.Text = stepText(e.Step, e.Name, r.State)
		return true
	}
	if r.paged && e.Phase == trace.Done {
		r.State, r.End, r.Took = StepRunning, e.At, ""
		return true
	}
	return false
}

func (r *StepRow) take(e trace.Event) {
	if e.Exchange != nil {
		r.exchanges = append(r.exchanges, e.Exchange)
	}
	if r.takePage(e) {
		return
	}
	r.Detail = e.Detail
	r.End = e.At
	switch e.Phase {
	case trace.Advanced:
		r.State = StepRunning
	case trace.Done:
		r.State = StepDone
	case trace.Broken:
		r.State = StepFailed
	case trace.Bypassed:
		r.State = StepSkipped
	case trace.Started, trace.Ignored, trace.Renewed:
		r.State = StepRunning
	}
	r.Text = stepText(e.Step, e.Name, r.State)
	switch {
	case e.Step == trace.StepJoin && r.State == StepRunning:
		r.Detail = "" // the line says it
	case e.Step == trace.StepBrowser && r.State == StepFailed:
		r.Detail = strings.TrimPrefix(r.Detail, auth.ErrNoBrowser.Error()+": ") // the line says it
	case e.Step == trace.StepListen && e.Detail != "" && r.State == StepDone:
		r.Text, r.Detail = lang.L("Listening on {{.Address}}", map[string]any{"Address": e.Detail}), ""
	}
	r.time(e)
}

// time says how long a step took that is over.
func (r *StepRow) time(e trace.Event) {
	if r.State == StepDone || r.State == StepFailed {
		took := e.Took
		if took == 0 {
			took = r.End.Sub(r.Start)
		}
		r.Took = Took(took)
		if r.Person && took < time.Second {
			r.Took = ""
		}
	}
}

// WaitingRows are the lines of the waiting page: what happened, then what is
// still to come, so that the page does not grow while it is read. A deadline that is
// zero is not shown.
func WaitingRows(events []trace.Event, deadline time.Time, device bool, now time.Time) []StepRow {
	rows := inOrder(StepRows(events))
	seen := map[trace.Step]bool{}
	for i, r := range rows {
		seen[r.step] = true
		if r.step == trace.StepWait && r.State == StepRunning && !deadline.IsZero() {
			rows[i].Detail, rows[i].Took = "", lang.L("{{.Time}} left", map[string]any{"Time": Countdown(deadline.Sub(now))})
		}
	}
	coming := []struct {
		step trace.Step
		text string
	}{
		{trace.StepDiscover, lang.L("Look up the provider")},
		{trace.StepListen, lang.L("Prepare the redirect URI")},
		{trace.StepBrowser, lang.L("Open your browser")},
		{trace.StepWait, lang.L("You sign in, in your browser")},
		{trace.StepExchange, lang.L("Exchange the code for tokens")},
		{trace.StepProfile, lang.L("Check tokens, fetch profile and groups")},
	}
	if device {
		coming[1], coming[2] = coming[4], coming[5]
		coming[1].step, coming[2].step = trace.StepDevice, trace.StepProfile
		coming[1].text = lang.L("Ask for a code")
		coming = coming[:3]
	}
	last := -1
	for i, c := range coming {
		if seen[c.step] {
			last = i
		}
	}
	for _, c := range coming[last+1:] {
		if c.step == trace.StepProfile && (seen[trace.StepVerify] || seen[trace.StepGroups]) {
			continue
		}
		rows = append(rows, StepRow{State: StepPending, Text: c.text, step: c.step})
	}
	return rows
}

// inOrder sorts lines as people think of them: what goes on at the same time
// comes in a fixed order, so that lines do not change places.
func inOrder(rows []StepRow) []StepRow {
	order := []trace.Step{trace.StepJoin, trace.StepDiscover, trace.StepListen, trace.StepPush, trace.StepDevice, trace.StepBrowser, trace.StepWait}
	rank := func(r StepRow) int {
		if i := slices.Index(order, r.step); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortStableFunc(rows, func(a, b StepRow) int { return rank(a) - rank(b) })
	return rows
}

// ActivityRows are the lines of something that is over. What was still open
// when the record was written is the writing itself.
func ActivityRows(events []trace.Event) []StepRow {
	rows := inOrder(StepRows(events))
	for i, r := range rows {
		if r.State != StepRunning {
			continue
		}
		rows[i].State = StepSkipped
		// An opener that stays in the foreground may outlive the sign-in.
		opened := r.step == trace.StepBrowser && slices.ContainsFunc(rows, StepRow.cameBack)
		if r.step == trace.StepStore || opened {
			rows[i].State = StepDone
			rows[i].Text = stepText(r.step, r.name, StepDone)
		}
	}
	return rows
}

func (r StepRow) cameBack() bool { return r.step == trace.StepCallback && r.State == StepDone }

// StoppedRows are the lines of a sign-in that stopped. The last line that
// failed gets the technical name; why, in words, stands above the lines.
func StoppedRows(events []trace.Event, code string) []StepRow {
	rows := ActivityRows(events)
	last := -1
	for i := range rows {
		if rows[i].State == StepFailed {
			rows[i].Detail = ""
			last = i
		}
	}
	if last >= 0 {
		rows[last].Detail = code
	}
	return rows
}

package words

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/auth"
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
	// Detail is a short phrase, Took how long it took.
	Detail string
	Took   string
	// Start and End say when, for the waterfall.
	Start, End time.Time
	// Person reports that the time went by in the person's hands.
	Person bool

	step auth.Step
	name string
	// paged says that many requests are one line, whose source went on or came
	// to its end by an event of its own.
	paged bool
}

// StepRows makes the lines of what happened.
func StepRows(events []auth.Event) []StepRow {
	var rows []StepRow
	find := func(e auth.Event) int {
		for i := len(rows) - 1; i >= 0; i-- {
			if rows[i].step == e.Step && rows[i].name == e.Name && (rows[i].State == StepRunning || rows[i].paged || e.Progress != nil) {
				return i
			}
		}
		return -1
	}
	ignored := map[auth.Step]int{}
	for _, e := range events {
		if e.Phase == auth.Ignored {
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
			rows = append(rows, StepRow{step: e.Step, name: e.Name, Start: e.At.Add(-e.Took), Person: e.Step == auth.StepWait || e.Step == auth.StepJoin})
			i = len(rows) - 1
		}
		rows[i].take(e)
	}
	return rows
}

// takePage takes over an event about a source with pages; it goes on until the
// source says that it ended.
func (r *StepRow) takePage(e auth.Event) bool {
	if e.Phase == auth.Advanced && e.Progress != nil {
		r.paged = e.Step == auth.StepGroups
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
	if r.paged && e.Phase == auth.Done {
		r.State, r.End, r.Took = StepRunning, e.At, ""
		return true
	}
	return false
}

func (r *StepRow) take(e auth.Event) {
	if r.takePage(e) {
		return
	}
	r.Detail = e.Detail
	r.End = e.At
	switch e.Phase {
	case auth.Advanced:
		r.State = StepRunning
	case auth.Done:
		r.State = StepDone
	case auth.Broken:
		r.State = StepFailed
	case auth.Bypassed:
		r.State = StepSkipped
	case auth.Started, auth.Ignored, auth.Renewed:
		r.State = StepRunning
	}
	r.Text = stepText(e.Step, e.Name, r.State)
	switch {
	case e.Step == auth.StepJoin && r.State == StepRunning:
		r.Detail = "" // the line says it
	case e.Step == auth.StepBrowser && r.State == StepFailed:
		r.Detail = strings.TrimPrefix(r.Detail, auth.ErrNoBrowser.Error()+": ") // the line says it
	case e.Step == auth.StepListen && e.Detail != "" && r.State == StepDone:
		r.Text, r.Detail = "Listening on "+e.Detail, ""
	}
	r.time(e)
}

// time says how long a step took that is over.
func (r *StepRow) time(e auth.Event) {
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

func ignoredText(e auth.Event) string {
	if e.Detail != "" {
		return "Ignored: " + e.Detail
	}
	return "Ignored a response to another sign-in"
}

// stepText names a step: what goes on, or what was done.
func stepText(step auth.Step, name string, st StepState) string {
	texts := map[auth.Step][3]string{ // running, done, failed
		auth.StepDiscover: {"Looking up the provider", "Provider found", "The provider's metadata could not be read"},
		auth.StepListen:   {"Preparing the redirect URI", "Listening", "The redirect URI could not be opened"},
		auth.StepBrowser:  {"Opening your browser", "Browser opened", "No browser could be opened"},
		auth.StepWait:     {"Waiting for sign-in", "You, in the browser", "Waiting for sign-in"},
		auth.StepCallback: {"Your browser comes back", "Your browser came back", "The provider returned an error"},
		auth.StepExchange: {"Exchanging the code for tokens", "Code exchanged for tokens", "Exchanging the code for tokens"},
		auth.StepVerify:   {"Checking the ID token", "ID token checked", "ID token not accepted"},
		auth.StepProfile:  {"Fetching your profile", "Profile", "Profile"},
		auth.StepGroups:   {"Fetching your groups", "Groups", "Groups"},
		auth.StepStore:    {"Storing in the vault", "Stored in the vault", "Storing in the vault"},
		auth.StepRefresh:  {"Getting new tokens", "New tokens", "Getting new tokens"},
		auth.StepDevice:   {"Asking for a code", "Code received", "Asking for a code"},
		auth.StepJoin:     {"Waiting for another window or shell", "Another window or shell", "Waiting for another window or shell"},
		auth.StepPush:     {"Sending the request", "Request sent", "Sending the request"},
	}
	t, known := texts[step]
	if !known {
		return Capital(string(step))
	}
	if name != "" && step == auth.StepDiscover {
		t = [3]string{"Looking up signing keys", "Signing keys loaded", "Signing keys could not be read"}
	}
	if name != "" && (step == auth.StepProfile || step == auth.StepGroups) {
		return Capital(name)
	}
	switch st {
	case StepDone:
		return t[1]
	case StepFailed:
		return t[2]
	default:
		return t[0]
	}
}

// WaitingRows are the lines of the waiting page: what happened, then what is
// still to come, so that the page does not grow while it is read. A deadline that is
// zero is not shown.
func WaitingRows(events []auth.Event, deadline time.Time, device bool, now time.Time) []StepRow {
	rows := inOrder(StepRows(events))
	seen := map[auth.Step]bool{}
	for i, r := range rows {
		seen[r.step] = true
		if r.step == auth.StepWait && r.State == StepRunning && !deadline.IsZero() {
			rows[i].Detail = Countdown(deadline.Sub(now)) + " left"
		}
	}
	coming := []struct {
		step auth.Step
		text string
	}{
		{auth.StepDiscover, "Look up the provider"},
		{auth.StepListen, "Prepare the redirect URI"},
		{auth.StepBrowser, "Open your browser"},
		{auth.StepWait, "You sign in, in your browser"},
		{auth.StepExchange, "Exchange the code for tokens"},
		{auth.StepProfile, "Check tokens, fetch profile and groups"},
	}
	if device {
		coming[1], coming[2] = coming[4], coming[5]
		coming[1].step, coming[2].step = auth.StepDevice, auth.StepProfile
		coming[1].text = "Ask for a code"
		coming = coming[:3]
	}
	last := -1
	for i, c := range coming {
		if seen[c.step] {
			last = i
		}
	}
	for _, c := range coming[last+1:] {
		if c.step == auth.StepProfile && (seen[auth.StepVerify] || seen[auth.StepGroups]) {
			continue
		}
		rows = append(rows, StepRow{State: StepPending, Text: c.text, step: c.step})
	}
	return rows
}

// inOrder sorts lines as people think of them: what goes on at the same time
// comes in a fixed order, so that lines do not change places.
func inOrder(rows []StepRow) []StepRow {
	order := []auth.Step{auth.StepJoin, auth.StepDiscover, auth.StepListen, auth.StepPush, auth.StepDevice, auth.StepBrowser, auth.StepWait}
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
func ActivityRows(events []auth.Event) []StepRow {
	rows := inOrder(StepRows(events))
	for i, r := range rows {
		if r.State != StepRunning {
			continue
		}
		rows[i].State = StepSkipped
		// An opener that stays in the foreground may outlive the sign-in.
		opened := r.step == auth.StepBrowser && slices.ContainsFunc(rows, StepRow.cameBack)
		if r.step == auth.StepStore || opened {
			rows[i].State = StepDone
			rows[i].Text = stepText(r.step, r.name, StepDone)
		}
	}
	return rows
}

func (r StepRow) cameBack() bool { return r.step == auth.StepCallback && r.State == StepDone }

// StoppedRows are the lines of a sign-in that stopped. The last line that
// failed gets the technical name; why, in words, stands above the lines.
func StoppedRows(events []auth.Event, code string) []StepRow {
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

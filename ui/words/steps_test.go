package words

import (
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
)

func TestStepRowsAndWaterfall(t *testing.T) {
	at := noon()
	ev := func(step auth.Step, ph auth.Phase, ms int, took time.Duration) auth.Event {
		return auth.Event{Step: step, Phase: ph, At: at.Add(time.Duration(ms) * time.Millisecond), Took: took}
	}
	events := []auth.Event{
		ev(auth.StepListen, auth.Started, 0, 0), ev(auth.StepListen, auth.Done, 40, 40*time.Millisecond),
		ev(auth.StepWait, auth.Started, 40, 0),
		ev(auth.StepCallback, auth.Ignored, 100, 0), ev(auth.StepCallback, auth.Ignored, 110, 0),
		ev(auth.StepWait, auth.Done, 18040, 18*time.Second),
		ev(auth.StepExchange, auth.Started, 18040, 0), ev(auth.StepExchange, auth.Broken, 18200, 160*time.Millisecond),
	}
	rows := StepRows(events)
	if len(rows) != 4 {
		t.Fatalf("%d rows: %+v", len(rows), rows)
	}
	if rows[1].State != StepDone || !rows[1].Person || rows[1].Took != "18 s" {
		t.Errorf("wait %+v", rows[1])
	}
	if rows[2].State != StepNote || rows[2].Took != "2×" {
		t.Errorf("ignored %+v", rows[2])
	}
	if rows[3].State != StepFailed || rows[3].Took != "160 ms" {
		t.Errorf("exchange %+v", rows[3])
	}
	bars := Waterfall(rows)
	for i, b := range bars {
		if b.From < 0 || b.To > 1.0001 || b.To < b.From {
			t.Errorf("bar %d is %+v", i, b)
		}
	}
	if w := bars[1].To - bars[1].From; w > personShare+0.01 {
		t.Errorf("the person's time takes %v of the width", w)
	}
	if bars[3].To < 0.99 {
		t.Errorf("the last bar ends at %v", bars[3].To)
	}
}

// Whatever goes on while a person is in the browser is drawn shorter than it took.
func TestBarsThatAreShorterThanTheirTime(t *testing.T) {
	at := noon()
	ev := func(step auth.Step, ms int, took time.Duration) auth.Event {
		return auth.Event{Step: step, Phase: auth.Done, At: at.Add(time.Duration(ms) * time.Millisecond), Took: took}
	}
	rows := StepRows([]auth.Event{
		ev(auth.StepListen, 40, 40*time.Millisecond), ev(auth.StepBrowser, 9000, 8900*time.Millisecond),
		ev(auth.StepWait, 18040, 18*time.Second), ev(auth.StepExchange, 18200, 160*time.Millisecond),
	})
	var short []string
	for i, b := range Waterfall(rows) {
		if b.Short {
			short = append(short, string(rows[i].step))
		}
	}
	if got := strings.Join(short, " "); got != "browser wait" {
		t.Errorf("shorter than their time are %q", got)
	}
}

func TestWaitingRowsKeepTheirNumber(t *testing.T) {
	at := noon()
	deadline := at.Add(5 * time.Minute)
	var events []auth.Event
	steps := []auth.Step{auth.StepDiscover, auth.StepListen, auth.StepBrowser, auth.StepWait, auth.StepExchange}
	want := len(WaitingRows(events, deadline, false, at))
	for _, s := range steps {
		events = append(events, auth.Event{Step: s, Phase: auth.Started, At: at})
		if got := len(WaitingRows(events, deadline, false, at)); got != want {
			t.Errorf("after %s: %d rows, were %d", s, got, want)
		}
		events = append(events, auth.Event{Step: s, Phase: auth.Done, At: at})
	}
}

func TestStoppedRowsHoldNoRawError(t *testing.T) {
	at := noon()
	rows := StoppedRows([]auth.Event{
		{Step: auth.StepWait, Phase: auth.Started, At: at},
		{Step: auth.StepBrowser, Phase: auth.Started, At: at},
		{Step: auth.StepCallback, Phase: auth.Broken, At: at, Detail: "callback: provider answered access_denied"},
	}, "access_denied")
	if len(rows) != 3 || rows[0].Text != "Opening your browser" || rows[0].State != StepSkipped {
		t.Fatalf("%+v", rows)
	}
	if rows[2].State != StepFailed || rows[2].Detail != "access_denied" {
		t.Errorf("%+v", rows[2])
	}
}

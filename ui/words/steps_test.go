package words

import (
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/trace"
)

func TestStepRowsAndWaterfall(t *testing.T) {
	at := noon()
	ev := func(step trace.Step, ph trace.Phase, ms int, took time.Duration) trace.Event {
		return trace.Event{Step: step, Phase: ph, At: at.Add(time.Duration(ms) * time.Millisecond), Took: took}
	}
	events := []trace.Event{
		ev(trace.StepListen, trace.Started, 0, 0), ev(trace.StepListen, trace.Done, 40, 40*time.Millisecond),
		ev(trace.StepWait, trace.Started, 40, 0),
		ev(trace.StepCallback, trace.Ignored, 100, 0), ev(trace.StepCallback, trace.Ignored, 110, 0),
		ev(trace.StepWait, trace.Done, 18040, 18*time.Second),
		ev(trace.StepExchange, trace.Started, 18040, 0), ev(trace.StepExchange, trace.Broken, 18200, 160*time.Millisecond),
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
	ev := func(step trace.Step, ms int, took time.Duration) trace.Event {
		return trace.Event{Step: step, Phase: trace.Done, At: at.Add(time.Duration(ms) * time.Millisecond), Took: took}
	}
	rows := StepRows([]trace.Event{
		ev(trace.StepListen, 40, 40*time.Millisecond), ev(trace.StepBrowser, 9000, 8900*time.Millisecond),
		ev(trace.StepWait, 18040, 18*time.Second), ev(trace.StepExchange, 18200, 160*time.Millisecond),
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

// What is done while the person is in the browser is drawn to the scale of what is
// done afterwards: the same time is the same width, and more is wider.
func TestWorkBesideThePersonIsToScale(t *testing.T) {
	at := noon()
	ev := func(step trace.Step, ms int, took time.Duration) trace.Event {
		return trace.Event{Step: step, Phase: trace.Done, At: at.Add(time.Duration(ms) * time.Millisecond), Took: took}
	}
	rows := StepRows([]trace.Event{
		ev(trace.StepListen, 1, time.Millisecond),
		ev(trace.StepDiscover, 16, 14*time.Millisecond), ev(trace.StepBrowser, 1500, 1498*time.Millisecond),
		ev(trace.StepWait, 1501, 1500*time.Millisecond), ev(trace.StepExchange, 1515, 14*time.Millisecond),
	})
	width := map[trace.Step]float64{}
	for i, b := range Waterfall(rows) {
		if b.Short != (rows[i].step == trace.StepWait || rows[i].step == trace.StepBrowser) {
			t.Errorf("%s: shorter than its time is %v", rows[i].step, b.Short)
		}
		width[rows[i].step] = b.To - b.From
	}
	if k, x := width[trace.StepDiscover], width[trace.StepExchange]; k < 0.99*x || k > 1.01*x {
		t.Errorf("14 ms before the browser came back are %v wide, 14 ms after it %v", k, x)
	}
	if k, l := width[trace.StepDiscover], width[trace.StepListen]; k < 13*l {
		t.Errorf("14 ms are %v wide, 1 ms %v", k, l)
	}
}

func TestWaitingRowsKeepTheirNumber(t *testing.T) {
	at := noon()
	deadline := at.Add(5 * time.Minute)
	var events []trace.Event
	steps := []trace.Step{trace.StepDiscover, trace.StepListen, trace.StepBrowser, trace.StepWait, trace.StepExchange}
	want := len(WaitingRows(events, deadline, false, at))
	for _, s := range steps {
		events = append(events, trace.Event{Step: s, Phase: trace.Started, At: at})
		if got := len(WaitingRows(events, deadline, false, at)); got != want {
			t.Errorf("after %s: %d rows, were %d", s, got, want)
		}
		events = append(events, trace.Event{Step: s, Phase: trace.Done, At: at})
	}
}

// What is left of the time stands where all times do.
func TestWhatIsLeftIsATime(t *testing.T) {
	at := noon()
	rows := WaitingRows([]trace.Event{{Step: trace.StepWait, Phase: trace.Started, Detail: "canary", At: at}}, at.Add(5*time.Minute), false, at)
	if r := rows[0]; r.Took != "5:00 left" || r.Detail != "" {
		t.Errorf("%q beside %q", r.Took, r.Detail)
	}
}

func TestStoppedRowsHoldNoRawError(t *testing.T) {
	at := noon()
	rows := StoppedRows([]trace.Event{
		{Step: trace.StepWait, Phase: trace.Started, At: at},
		{Step: trace.StepBrowser, Phase: trace.Started, At: at},
		{Step: trace.StepCallback, Phase: trace.Broken, At: at, Detail: "callback: provider answered access_denied"},
	}, "access_denied")
	if len(rows) != 3 || rows[0].Text != "Opening your browser" || rows[0].State != StepSkipped {
		t.Fatalf("%+v", rows)
	}
	if rows[2].State != StepFailed || rows[2].Detail != "access_denied" {
		t.Errorf("%+v", rows[2])
	}
}

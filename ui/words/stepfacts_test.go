package words

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth/trace"
)

// A step opens to what was sent and received, with many requests bounded.
func TestFactsOfAStep(t *testing.T) {
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	x := &trace.Exchange{
		Method: "POST", URL: "https://login.example/token", Status: 400,
		Sent:     map[string]string{"grant_type": "refresh_token", "refresh_token": "[redacted]"},
		Received: map[string]string{"error": "invalid_grant"},
	}
	rows := ActivityRows([]trace.Event{
		{Step: trace.StepRefresh, Phase: trace.Started, At: at},
		{Step: trace.StepRefresh, Phase: trace.Broken, At: at.Add(time.Second), Detail: "the provider said no", Exchange: x},
		{Step: trace.StepStore, Phase: trace.Done, At: at.Add(2 * time.Second)},
	})
	want := []Pair{
		{Label: "Result", Value: "The provider said no."},
		{Label: "Request", Value: "POST https://login.example/token", Mono: true},
		{Label: "sent grant_type", Value: "refresh_token", Mono: true},
		{Label: "sent refresh_token", Value: "[redacted]", Mono: true},
		{Label: "Answer", Value: "400 Bad Request"},
		{Label: "received error", Value: "invalid_grant", Mono: true},
	}
	if diff := cmp.Diff(want, rows[0].Facts()); diff != "" {
		t.Error(diff)
	}
	if facts := rows[1].Facts(); len(facts) != 0 {
		t.Errorf("nothing was sent, and it opens to %+v", facts)
	}
	if rows[0].Key() == rows[1].Key() {
		t.Error("two steps have one key")
	}
	many := []trace.Event{{Step: trace.StepGroups, Phase: trace.Started, At: at, Name: "Teams"}}
	for range 10 {
		many = append(many, trace.Event{Step: trace.StepGroups, Phase: trace.Done, At: at, Name: "Teams", Exchange: &trace.Exchange{Method: "GET", URL: "https://api.example/teams", Status: 200}},
			trace.Event{Step: trace.StepGroups, Phase: trace.Advanced, At: at, Name: "Teams", Progress: &trace.Progress{Page: 1}})
	}
	if facts := ActivityRows(many)[0].Facts(); len(facts) > 10 {
		t.Errorf("%d lines", len(facts))
	}
}

package words

import (
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/google/go-cmp/cmp"
)

func TestQueueWords(t *testing.T) {
	now := noon()
	list := []auth.Waiting{
		{Kind: auth.WaitingRefresh, Who: "Mira", ProviderName: "Demo", Since: now.Add(-3 * time.Hour), Next: now.Add(14 * time.Minute), Reason: "the provider could not be reached", Stored: true},
		{Kind: auth.WaitingRevocation, Who: "Ola", ProviderName: "Studio", Next: now.Add(150 * time.Minute), Reason: "Studio could not be reached"},
		{Kind: auth.WaitingRevocation, ProviderName: "Studio", Next: now, Reason: "Not tried yet", Stored: true},
		{Kind: auth.WaitingRefresh, Who: "Tess", Reason: "x", Next: now.Add(50 * time.Hour), Stored: true},
		{Kind: auth.WaitingRefresh, Who: "Sam", Reason: "x", Stored: true},
	}
	var got []string
	for _, r := range QueueRows(list, now) {
		got = append(got, r.Text+" | "+r.Detail+" | "+r.Time)
		if r.Sign != HistoryOffline || r.Key != "" {
			t.Errorf("%+v", r)
		}
	}
	want := []string{
		"Refresh Mira at Demo | The provider could not be reached. Pending since today 09:00. | in 14 minutes",
		"Revoke access of Ola at Studio | Studio could not be reached. Only while Claviger runs. | in 2 hours",
		"Revoke access of Studio | Not tried yet. | now",
		"Refresh Tess | X. | in 2 days",
		"Refresh Sam | X. | ",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for n, want := range map[int]string{0: "", 1: "Offline. 1 task pending, retried automatically.", 5: "Offline. 5 tasks pending, retried automatically."} {
		if got := QueueText(n); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
}

package screen

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/ui/words"
)

// A receipt is in the person's language, whatever went wrong; the provider's own words
// and names stay.
func TestReceiptsAreInThePersonsLanguage(t *testing.T) {
	p := authtest.NewProvider(t)
	agent, err := auth.New(auth.Options{Lookup: p.Lookup, Browser: (&authtest.Browser{}).Open})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = agent.Close() })
	var receipts []*auth.Receipt
	for _, status := range []int{0, 403, 503} {
		p.Behave(authtest.Behaviour{})
		a, err := agent.SignIn(t.Context(), auth.SignInRequest{Provider: "authtest"})
		if err != nil {
			t.Fatal(err)
		}
		if status != 0 {
			p.Behave(authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Revoke: {Status: status, Body: "no"}}})
		}
		r, err := agent.SignOut(t.Context(), a.ID, auth.SignOutOptions{Revoke: true})
		if err != nil {
			t.Fatal(err)
		}
		receipts = append(receipts, r)
	}
	for tag, want := range map[string][3]string{
		"de": {"Tokens widerrufen.", "Die Tokens konnten nicht widerrufen werden: ", "Es wird bis zum Ende dieses Programms erneut versucht"},
		"ja": {"トークンを取り消しました。", "トークンを取り消せませんでした: ", "このプログラムが終了するまで再試行します"},
	} {
		t.Run(tag, func(t *testing.T) {
			speak(t, tag)
			now := time.Now()
			for i, r := range receipts {
				all := ""
				for _, part := range words.ReceiptParts(r, now) {
					all += part.Text + "\n"
				}
				if english := regexp.MustCompile(`\b(The|the|was|were|not|could|until|It)\b`).FindString(all); english != "" || !strings.Contains(all, want[i]) {
					t.Errorf("%q in %s", english, all)
				}
			}
			row := words.QueueRows([]auth.Waiting{{Kind: auth.WaitingRevocation, Reason: receipts[2].Retry.Reason, Stored: true}}, now)[0]
			if strings.Contains(row.Detail, receipts[2].Retry.Reason) {
				t.Errorf("it waits: %q", row.Detail)
			}
		})
	}
}

package cli

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/trace"
)

func TestShowHistory(t *testing.T) {
	now := time.Date(2026, 1, 2, 16, 0, 0, 0, time.Local)
	at := func(ago time.Duration) time.Time { return now.Add(-ago) }
	list := []history.Entry{
		{Kind: "of a newer program", At: at(0)},
		{Kind: history.HandedOut, At: at(time.Minute), To: "bash\x1b[2J, in kitty", Token: "aaaaaaaa", TokenKind: history.AccessToken},
		{Kind: history.HandedOut, At: at(2 * time.Minute), To: "deploy", Token: "bbbbbbbb", TokenKind: history.IDToken},
		{Kind: history.Failed, At: at(time.Hour), Last: at(30 * time.Minute), Count: 3, During: trace.StepRefresh, Reason: "No connection"},
		{Kind: history.Refreshed, At: at(2 * time.Hour), Rotated: true, Token: "aaaaaaaa", Changes: &history.Changes{
			ScopesGained: []string{"files"}, ScopesLost: []string{"mail"}, MoreClaims: 2,
			Claims: []history.ClaimChange{
				{Token: history.IDToken, Claim: "email", Before: "a@example.org", After: "b@example.org"},
				{Token: history.AccessToken, Claim: "scp", After: `["x"]`},
				{Token: history.IDToken, Claim: "phone", Before: "1"},
			},
		}},
		{Kind: history.Failed, At: at(3 * time.Hour), During: trace.StepWait, Reason: "The provider refused"},
		{Kind: history.SignedIn, At: at(24 * time.Hour), Token: "cccccccc"},
	}
	var out bytes.Buffer
	r := &runner{Services: Services{Out: &out}}
	a := &auth.Account{ProviderName: "Acme"}
	a.User.Name = "Mira"
	if err := r.showHistory(a, list, now); err != nil {
		t.Fatal(err)
	}
	want := `Mira at Acme
  16:00                   of a newer program
  15:59                   Token aaaaaaaa given to bash[2J, in kitty
  15:58                   ID token bbbbbbbb given to deploy
  15:00                   Refresh failed: No connection (3 times, last 15:30)
  14:00                   Refreshed, token aaaaaaaa; refresh token replaced
                          + scope files
                          - scope mail
                          ~ claim email: a@example.org → b@example.org
                          + claim scp of the access token: ["x"]
                          - claim phone: 1
                          ~ 2 more claims
  13:00                   Sign-in failed: The provider refused
  1 January 2026, 16:00   Signed in, token cccccccc
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

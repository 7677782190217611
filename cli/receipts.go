package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth"
)

// retryPatience is how long a command for something else tries pending
// revocations at most.
const retryPatience = 5 * time.Second

type receiptsFlags struct{ asJSON, retry, forget, pending bool }

func (r *runner) receipts() *cobra.Command {
	var f receiptsFlags
	cmd := &cobra.Command{
		Use:   "receipts",
		Short: "Show past sign-outs and pending revocations",
		Long: `Show the receipts of sign-outs, newest first: what was removed, revoked and
verified, and what is still to be revoked because the provider could not be
reached. Pending tokens stay encrypted in the vault until they are revoked; the
window, login and logout retry automatically for 30 days. Receipts contain no
tokens; the last 20 of the last 90 days are kept.`,
		Example: `  claviger receipts
  claviger receipts --retry`,
		Args: noArgs,
	}
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "print a list of receipts as JSON")
	cmd.Flags().BoolVar(&f.retry, "retry", false, "retry pending revocations now")
	cmd.Flags().BoolVar(&f.forget, "clear", false, "delete the receipts that have nothing pending")
	cmd.Flags().BoolVar(&f.pending, "pending", false, "with --clear: also delete receipts with pending revocations; those tokens stay valid at the provider")
	cmd.RunE = r.do(func(cmd *cobra.Command, _ []string) error {
		if f.pending && !f.forget {
			return usage(errors.New("--pending requires --clear"))
		}
		if f.forget && (f.retry || f.asJSON) {
			return usage(errors.New("--clear cannot be used with --retry or --json"))
		}
		return r.runReceipts(cmd.Context(), f)
	})
	return cmd
}

func (r *runner) runReceipts(ctx context.Context, f receiptsFlags) error {
	agent, err := r.Agent()
	if err != nil {
		return err
	}
	if f.forget {
		return r.clearReceipts(ctx, agent, f.pending)
	}
	if f.retry {
		// The list of all, below, reports what cannot be read.
		_, _ = agent.RetrySignOuts(ctx)
	}
	// Damaged ones come as an error beside the good ones: print these, then
	// fail.
	list, err := agent.Receipts(ctx)
	if err != nil && len(list) == 0 {
		return err
	}
	if f.asJSON {
		if writeErr := r.printJSON(receiptsToSeconds(list)); writeErr != nil {
			return writeErr
		}
		return err
	}
	if len(list) == 0 {
		r.say("There are no receipts.")
		return nil
	}
	now, waits := time.Now(), false
	for i, receipt := range list {
		waits = waits || receipt.Pending()
		if writeErr := r.showReceipt(receipt, i > 0, now); writeErr != nil {
			return writeErr
		}
	}
	if err == nil && f.retry && waits {
		return &exitError{ExitOffline}
	}
	return err
}

func (r *runner) clearReceipts(ctx context.Context, agent *auth.Agent, pending bool) error {
	cleared, err := agent.ClearReceipts(ctx, pending)
	if err != nil {
		return err
	}
	what := "receipts"
	if cleared.Count == 1 {
		what = "receipt"
	}
	if err := r.print(fmt.Sprintf("%d %s deleted.\n", cleared.Count, what)); err != nil {
		return err
	}
	r.tellWaiting(ctx, agent)
	return nil
}

// showReceipt prints the parts of a sign-out. later says that another card came
// before it.
func (r *runner) showReceipt(receipt *auth.Receipt, later bool, now time.Time) error {
	heading := receiptTitle(receipt) + ", signed out " + dayAndTime(receipt.At, now)
	if later {
		heading = "\n" + heading
	}
	fields := []field{
		{"Removed here", resultWords(receipt.Forgotten)},
		{"Tokens revoked", resultWords(receipt.Revoked)},
		{"Proof", ""},
		{"Browser session", resultWords(receipt.Session)},
		{"Next retry", ""},
	}
	if proof := receipt.Proof; proof.Outcome != auth.OutcomeNotAsked && proof != (auth.Result{Outcome: auth.OutcomePending}) {
		fields[2].value = resultWords(proof)
	}
	fields[4].value = nextTry(receipt, now)
	return r.card(heading, fields)
}

// nextTry says when a pending part is tried again, and by what.
func nextTry(receipt *auth.Receipt, now time.Time) string {
	retry := receipt.Retry
	if retry == nil {
		return ""
	}
	when := "due"
	if retry.Next.After(now) {
		when = until(retry.Next, now)
	}
	when += " (tried " + times(retry.Tries) + " so far)"
	if !receipt.Stored {
		return when
	}
	return when + "; to retry now: claviger receipts --retry"
}

// receiptTitle is who was signed out and at which provider; for an account that
// could not be read, its id.
func receiptTitle(receipt *auth.Receipt) string {
	who, where := clean(receipt.Who), clean(receipt.ProviderName)
	if who == "" {
		who = "Account " + clean(receipt.Account)
	}
	if where == "" {
		return who
	}
	return who + " at " + where
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func resultWords(r auth.Result) string {
	words := map[string]string{
		auth.OutcomeDone:       "done",
		auth.OutcomeFailed:     "failed",
		auth.OutcomeNotAsked:   "not requested",
		auth.OutcomeNotOffered: "not offered by the provider",
		auth.OutcomePending:    "pending",
		auth.OutcomeUnknown:    "unknown",
		auth.OutcomeUntilEnd:   "not yet",
		auth.OutcomeDropped:    "not done",
	}[r.Outcome]
	if words == "" {
		words = r.Outcome
	}
	if r.Detail != "" {
		words += ": " + r.Detail
	}
	return words
}

// receiptsToSeconds is the form of docs/json.md: times in UTC, to the second.
func receiptsToSeconds(list []*auth.Receipt) []auth.Receipt {
	short := func(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
	out := make([]auth.Receipt, 0, len(list)) // never null
	for _, receipt := range list {
		c := *receipt
		c.At, c.EndedAt = short(c.At), short(c.EndedAt)
		for _, part := range []*auth.Result{&c.Forgotten, &c.Revoked, &c.Proof, &c.Session} {
			part.Until = short(part.Until)
		}
		if c.Retry != nil {
			retry := *c.Retry
			retry.Last, retry.Next, retry.GiveUp = short(retry.Last), short(retry.Next), short(retry.GiveUp)
			c.Retry = &retry
		}
		out = append(out, c)
	}
	return out
}

// retryDue tries the revocations that are due, beside the command's own work, and
// reports those that ended.
func (r *runner) retryDue(ctx context.Context, agent *auth.Agent) {
	ctx, cancel := context.WithTimeout(ctx, retryPatience)
	defer cancel()
	ended, _ := agent.RetryDueSignOuts(ctx) // `receipts` reports what cannot be read
	for _, receipt := range ended {
		r.say("%s, signed out %s: tokens revoked: %s", receiptTitle(receipt), dayAndTime(receipt.At, time.Now()), resultWords(receipt.Revoked))
	}
}

// tellWaiting says on standard error which sign-outs are pending.
func (r *runner) tellWaiting(ctx context.Context, agent *auth.Agent) {
	list, _ := agent.Receipts(ctx) // `receipts` reports what cannot be read
	n := 0
	for _, receipt := range list {
		if receipt.Pending() {
			n++
		}
	}
	switch {
	case n == 1:
		r.say("1 sign-out has tokens still to be revoked. See: claviger receipts")
	case n > 1:
		r.say("%d sign-outs have tokens still to be revoked. See: claviger receipts", n)
	}
}

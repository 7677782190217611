package doctor

import (
	"context"
	"iter"
	"sync"
	"time"

	"github.com/claviger/claviger/internal/plain"
)

// usualPatience is how long a check may take: longer than any single question in it.
const usualPatience = 10 * time.Second

// grace is how long a check may take to say that its time is over.
const grace = time.Second

// Examine makes all checks at the same time and yields what they find, in order, as soon
// as it is known. It ends with ctx.
func Examine(ctx context.Context, o Options) iter.Seq[Result] {
	return func(yield func(Result) bool) {
		if o.Patience <= 0 {
			o.Patience = usualPatience
		}
		limited, cancel := context.WithTimeout(ctx, o.Patience)
		defer cancel()
		e := &examination{Options: o}
		e.use = sync.OnceValue(func() use { return e.lookUp(limited) })
		e.ways = sync.OnceValue(func() []way { return e.reach(limited) })
		checks := e.checks()
		found := make([]chan []finding, len(checks))
		for i, c := range checks {
			found[i] = make(chan []finding, 1)
			go func() { found[i] <- c.run(limited) }() // one that hangs is left behind
		}
		late := time.NewTimer(o.Patience + grace)
		defer late.Stop()
		over := false
		for i, c := range checks {
			for _, r := range c.results(await(ctx, found[i], late.C, &over, o.Patience)) {
				if ctx.Err() != nil || !yield(r) {
					return
				}
			}
		}
	}
}

// await is what a check finds, or that it hangs.
func await(ctx context.Context, found <-chan []finding, late <-chan time.Time, over *bool, patience time.Duration) []finding {
	if !*over {
		select {
		case f := <-found:
			return f
		case <-ctx.Done():
			return nil
		case <-late:
			*over = true
		}
	}
	select {
	case f := <-found:
		return f
	default:
	}
	return []finding{bad("No answer within %s: something that this check asks does not respond.", plain.Whole(patience)).
		mend("If it stays so, restart the program or the computer that is asked.")}
}

// Worst is the verdict on all: [Fail] if any check failed, else [Warn] if there is a
// warning, else [OK].
func Worst(all []Result) Verdict {
	worst := OK
	for _, r := range all {
		if r.Verdict == Fail {
			return Fail
		}
		if r.Verdict == Warn {
			worst = Warn
		}
	}
	return worst
}

// Summary says in one line how many problems there are.
func Summary(all []Result) string {
	count := map[Verdict]int{}
	for _, r := range all {
		count[r.Verdict]++
	}
	text := "No problems were found"
	switch {
	case count[Fail] > 0 && count[Warn] > 0:
		text = plain.Count(count[Fail], "problem") + " and " + plain.Count(count[Warn], "warning")
	case count[Fail] > 0:
		text = plain.Count(count[Fail], "problem")
	case count[Warn] > 0:
		text = plain.Count(count[Warn], "warning") + ", no problems"
	}
	if n := count[Skipped]; n > 0 {
		text += "; " + plain.Count(n, "check") + map[bool]string{true: " was", false: " were"}[n == 1] + " skipped"
	}
	return text + "."
}

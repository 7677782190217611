package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// atOnce is how many providers are asked at the same time.
const atOnce = 8

// reach asks each provider in use.
func (e *examination) reach(ctx context.Context) []way {
	list := e.use().providers
	tester, err := e.Tester()
	if err != nil || e.Offline {
		return nil
	}
	out := make([]way, len(list))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, p := range list {
		group.Go(func() error {
			begun := time.Now()
			out[i] = way{p, 0, tester.Reach(ctx, p)}
			out[i].took = time.Since(begun)
			return nil
		})
	}
	_ = group.Wait() // each has its own outcome
	return out
}

// unasked says why no provider was asked, "" if some were.
func (e *examination) unasked() string {
	switch u := e.use(); {
	case e.Offline:
		return "Left out, as you asked."
	case len(u.providers) == 0 && u.closed != "":
		return "Which providers you use is not known: " + u.closed + "."
	case len(u.providers) == 0:
		return "No provider is in use, or only the demo, which starts by itself."
	}
	return ""
}

// providerFiles looks at the files of providers that cannot be used.
func (e *examination) providerFiles(context.Context) []finding {
	u := e.use()
	var out []finding
	for _, err := range u.problems {
		out = append(out, bad("%s", sentences(clean(err.Error()))).mend("Correct the file. What it may contain: docs/provider-files.md.", "claviger providers list"))
	}
	own := 0
	for _, p := range u.providers {
		if p.Origin == providers.BuiltIn {
			continue
		}
		own++
		if err := p.Ready(); err != nil {
			w := problem.Explain(err, p, "")
			f := odd("%s", sentences(w.Title, w.Detail)).mend(sentences(w.Next), "claviger providers show "+p.ID)
			f.about = "Provider " + p.ID
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		out = append(out, good("%s of your own, in order.", plain.Count(own, "provider")))
	}
	return out
}

// reachable says of each provider in use whether it answers.
func (e *examination) reachable(context.Context) []finding {
	if why := e.unasked(); why != "" {
		return []finding{skipped("%s", why)}
	}
	var out []finding
	for _, w := range e.ways() {
		f := w.finding()
		f.about = w.provider.ID
		out = append(out, f)
	}
	if len(out) == 0 {
		out = append(out, skipped("No provider could be asked: see Folder."))
	}
	return out
}

func (w way) finding() finding {
	var said []string
	for _, c := range w.Checks {
		if c.Outcome == idtoken.Failed {
			return bad("%s", sentences(c.Reason)).mend(sentences(c.Next), "claviger providers test "+w.provider.ID)
		}
		said = append(said, c.Reason)
	}
	return good("%s %s", sentences(said...), sentences("It took "+plain.Took(w.took)))
}

// skewAllowed is the difference of clocks that does no harm: RFC 9449 §11.1 and most
// providers allow less than a minute.
const skewAllowed = 30 * time.Second

// clock compares this computer's clock with those of the providers in use.
func (e *examination) clock(context.Context) finding {
	if why := e.unasked(); why != "" {
		return skipped("%s", why)
	}
	var off, right []string
	var skews []time.Duration
	for _, w := range e.ways() {
		if !w.Dated {
			continue
		}
		skews = append(skews, w.Skew)
		if w.Skew.Abs() > skewAllowed {
			off = append(off, fmt.Sprintf("%s by %d seconds", w.provider.ID, int(w.Skew.Seconds())))
		} else {
			right = append(right, w.provider.ID)
		}
	}
	switch {
	case len(skews) == 0:
		return skipped("No provider said what time it is.")
	case len(off) > 0 && len(right) > 0:
		return odd("This computer's clock agrees with %s, and is ahead of that of %s.", strings.Join(right, ", "), strings.Join(off, ", ")).
			mend("The clock of that provider may be wrong: tell its operator.")
	case len(off) > 0:
		return bad("This computer's clock is ahead of that of %s (less than 0 is behind). Tokens are checked against it.", strings.Join(off, ", ")).
			mend("Set it, best by the network.", setClock()...)
	}
	slices.SortFunc(skews, func(a, b time.Duration) int { return int(b.Abs() - a.Abs()) })
	return good("At most %d seconds off, by %s.", int(skews[0].Abs().Seconds()), plain.Count(len(skews), "provider"))
}

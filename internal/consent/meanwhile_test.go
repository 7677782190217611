package consent

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// A program that hides its file chooses its name. Whoever denied it is not asked again by
// every name that it takes.
func TestADeniedProgramAsksAgainByNoOtherName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := says(Deny)
		g, q := gate(&memory{}, p), question()
		q.Program.Path, q.Program.Hash = "", ""
		for i := range 20 {
			q.Program.Title = fmt.Sprintf("git-%d", i)
			allowed(t, g, q, ErrDenied)
		}
		if got := p.asked.Load(); got != 1 {
			t.Errorf("asked %d times", got)
		}
		time.Sleep(coolDown)
		allowed(t, g, q, ErrDenied)
		if got := p.asked.Load(); got != 2 {
			t.Errorf("asked %d times after a while", got)
		}
	})
}

// What a program was allowed may be taken back while it waits for its token.
func TestAllowedStill(t *testing.T) {
	for name, c := range map[string]struct {
		says Answer
		// meanwhile is what changes, and says then what is said to another question.
		meanwhile func(ctx context.Context, b Book) error
		then      Answer
		want      error
		asked     int32
	}{
		"nothing, allowed once":  {Once, nil, Deny, nil, 1},
		"nothing, for an hour":   {Hour, nil, Deny, nil, 1},
		"nothing, for ever":      {Forever, nil, Deny, nil, 1},
		"forbidden after once":   {Once, rule(Never), Once, ErrDenied, 1},
		"forbidden after always": {Forever, rule(Never), Once, ErrDenied, 1},
		"taken back":             {Forever, takeBack, Deny, ErrDenied, 2},
		"allowed anew":           {Forever, takeBack, Once, nil, 2},
		"signed out": {Forever, func(ctx context.Context, b Book) error {
			return b.SignedOut(ctx, question().Account)
		}, Deny, ErrDenied, 2},
	} {
		t.Run(name, func(t *testing.T) {
			p := says(c.says)
			s := &memory{}
			g := gate(s, p)
			once, err := g.Allow(t.Context(), question())
			if err != nil || once != (c.says == Once) {
				t.Fatal(once, err)
			}
			if c.meanwhile != nil {
				if err := c.meanwhile(t.Context(), g.book); err != nil {
					t.Fatal(err)
				}
			}
			p.answer = says(c.then).answer
			if err := g.Still(t.Context(), question(), once); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			if got := p.asked.Load(); got != c.asked {
				t.Errorf("asked %d times, want %d", got, c.asked)
			}
		})
	}
}

// What could not be kept was said all the same, and is not asked twice.
func TestWhatIsNotKeptHoldsOnce(t *testing.T) {
	p := says(Forever)
	g := gate(full{&memory{}}, p)
	once, err := g.Allow(t.Context(), question())
	if err != nil || !once {
		t.Fatal(once, err)
	}
	if err := g.Still(t.Context(), question(), once); err != nil || p.asked.Load() != 1 {
		t.Errorf("%v, asked %d times", err, p.asked.Load())
	}
}

// full is a store that takes nothing more.
type full struct{ *memory }

func (full) Put(context.Context, string, []byte) error { return errors.New("full") }

func rule(r Rule) func(context.Context, Book) error {
	return func(ctx context.Context, b Book) error {
		return b.SetRule(ctx, question().Account, AccountRule{Rule: r})
	}
}

func takeBack(ctx context.Context, b Book) error {
	_, err := b.TakeBack(ctx, nil, true)
	return err
}

package words

import (
	"context"
	"errors"
	"strings"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
)

// Explain turns an error into words for a screen. The words are made by
// explain, which is auth.Explain; this adds what only a window meets and makes
// sure that there is always a title.
func Explain(explain func(error, *providers.Provider, string) auth.Problem, err error, p *providers.Provider, redirectURI string) auth.Problem {
	if errors.Is(err, context.Canceled) && !errors.Is(err, auth.ErrCanceled) {
		return auth.Problem{Kind: auth.KindRefused, Title: "Stopped", Detail: "This was stopped before it finished.", Next: "Try again."}
	}
	var w auth.Problem
	if explain != nil && err != nil {
		w = explain(err, p, redirectURI)
	}
	if w.Title == "" {
		w.Title = "Something went wrong"
		if w.Next == "" {
			w.Next = "Try again."
		}
	}
	if w.Kind == "" {
		w.Kind = auth.KindFailed
	}
	return w
}

// OneLine is a problem as one short text.
func OneLine(p auth.Problem) string {
	parts := make([]string, 0, 3)
	for _, part := range []string{p.Title, p.Detail, p.Next} {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if !strings.ContainsAny(part[len(part)-1:], ".!?:") {
			part += "."
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

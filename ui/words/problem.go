package words

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
)

// Explain turns an error into words for a screen. The words are made by
// explain, which is problem.Explain; this adds what only a window meets and makes
// sure that there is always a title.
func Explain(explain func(error, *providers.Provider, string) problem.Problem, err error, p *providers.Provider, redirectURI string) problem.Problem {
	if errors.Is(err, context.Canceled) && !errors.Is(err, auth.ErrCanceled) {
		return problem.Problem{Kind: problem.KindRefused, Title: lang.L("Stopped"), Detail: lang.L("This was stopped before it finished."), Next: lang.L("Try again.")}
	}
	var w problem.Problem
	if explain != nil && err != nil {
		w = explain(err, p, redirectURI)
	}
	if w.Title == "" {
		w.Title = lang.L("Something went wrong")
		if w.Next == "" {
			w.Next = lang.L("Try again.")
		}
	}
	if w.Kind == "" {
		w.Kind = problem.KindFailed
	}
	return w
}

// OneLine is a problem as one short text.
func OneLine(p problem.Problem) string {
	parts := make([]string, 0, 3)
	for _, part := range []string{p.Title, p.Detail, p.Next} {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if end, _ := utf8.DecodeLastRuneInString(part); !strings.ContainsRune(".!?:。！？：", end) {
			part = lang.X("sentence", "{{.Text}}.", map[string]any{"Text": part})
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

package auth

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
)

// An endpoint that is missing is told before the person is sent to a browser.
func TestMissingEndpoints(t *testing.T) {
	for key, want := range map[string]string{
		"authorization_endpoint": "no usable authorization endpoint", "token_endpoint": "no token endpoint",
	} {
		op := newFakeOP(t)
		op.metadata = func(md map[string]any) { delete(md, key) }
		opened := false
		a := newTestAgent(t, op, nil, func(context.Context, string) error { opened = true; return nil })
		_, err := a.Start(t.Context(), SignInRequest{Provider: "fake"})
		var answer *oauth.AnswerError
		if !errors.As(err, &answer) || !strings.Contains(answer.Reason, want) || opened {
			t.Errorf("%s: %v, browser opened: %v", key, err, opened)
		}
		if p := problem.Explain(err, nil, ""); p.Title == "" || p.Next == "" {
			t.Errorf("%s: %+v", key, p)
		}
	}
}

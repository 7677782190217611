package cli_test

import (
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/cli"
)

// A token that lasts shorter than was asked for, be it the minute that is the
// default, is handed out with a word about it; so is one whose end no one knows.
func TestTokenSaysItsEnd(t *testing.T) {
	for name, c := range map[string]struct {
		behaviour authtest.Behaviour
		args      []string
		want      string // on standard error; "" is nothing
	}{
		"long":                  {authtest.Behaviour{}, nil, ""},
		"short":                 {authtest.Behaviour{AccessTTL: 40 * time.Second}, nil, "issues tokens that last only 40 seconds: this one expires in"},
		"shorter than asked":    {authtest.Behaviour{}, []string{"--min-ttl", "2h"}, "issues tokens that last only 1 hour: this one expires in"},
		"unknown":               {authtest.Behaviour{NoExpiresIn: true}, nil, "does not say when its tokens expire; if this one is rejected"},
		"unknown, of one grant": {authtest.Behaviour{NoExpiresIn: true, NoRefresh: true}, nil, ""},
		"unknown, and asked":    {authtest.Behaviour{NoExpiresIn: true, NoRefresh: true}, []string{"--min-ttl", "2h"}, "--min-ttl has no effect"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSession(t)
			s.provider.Behave(c.behaviour)
			s.login()
			_, stderr := s.run(cli.ExitDone, append([]string{"token"}, c.args...)...)
			if c.want == "" && stderr != "" || !strings.Contains(stderr, c.want) {
				t.Errorf("standard error is %q, want %q", stderr, c.want)
			}
		})
	}
}

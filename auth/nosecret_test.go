package auth

import (
	"context"
	"errors"
	"io/fs"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
)

// Where a client secret is required and nobody has it, the person is told
// before the browser opens; one that is in the vault counts.
func TestRequiredSecret(t *testing.T) {
	for name, kept := range map[string]string{"nowhere": "", "kept": "from-the-vault"} {
		t.Run(name, func(t *testing.T) {
			p, person := authtest.NewProvider(t), &authtest.Browser{}
			a := storeAgent(t, p, nil, func(o *Options) {
				o.Browser = person.Open
				o.Lookup = func(string) (*providers.Provider, bool) {
					c := p.Config()
					c.Client.SecretUse = "required"
					return c, true
				}
				o.Secret = func(context.Context, *providers.Provider) (KeptSecret, error) {
					if kept == "" {
						return KeptSecret{}, fs.ErrNotExist
					}
					return KeptSecret{Secret: providers.NewSecret(kept)}, nil
				}
			})
			_, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest"})
			if kept != "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.Is(err, oauth.ErrNoSecret) || len(person.Opened()) != 0 {
				t.Errorf("SignIn = %v, opened %d links", err, len(person.Opened()))
			}
			if found := problem.Explain(err, p.Config(), ""); found.Kind != problem.KindUsage || found.Code != "no-client-secret" {
				t.Errorf("problem = %+v", found)
			}
		})
	}
}

package tour

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/demo"
	"github.com/claviger/claviger/vault"
)

// stage has what the steps work with: the parts of the program, put together as
// for a person, in the tour's folder.
type stage struct {
	o    Options
	dir  string
	tell *teller

	visitor *visitor
	key     *heldKey
	// passphrase opens a vault that is kept; "" means the held key.
	passphrase string

	server *demo.Server
	issuer string // its own, or its last one
	set    *providers.Set
	vault  *vault.Vault
	agent  *auth.Agent

	// account is who signed in last, nil until then.
	account *auth.Account
}

func newStage(dir string, o Options) *stage {
	return &stage{o: o, dir: dir, tell: newTeller(o), visitor: newVisitor(), key: &heldKey{}}
}

// startServer starts the demo provider, or starts it again at the same address.
func (s *stage) startServer(ctx context.Context) error {
	if s.server != nil {
		return nil
	}
	server, err := demo.Start(context.WithoutCancel(ctx), demo.Options{Dir: filepath.Join(s.dir, "demo"), Log: s.o.Log})
	if err != nil {
		return fmt.Errorf("starting the demo provider: %w", err)
	}
	s.server, s.issuer = server, server.Issuer()
	return nil
}

// stopServer stops it.
func (s *stage) stopServer() error {
	if s.server == nil {
		return nil
	}
	err := s.server.Close()
	s.server = nil
	return err
}

// open opens vault and agent, as each start of the program does.
func (s *stage) open(ctx context.Context) error {
	if s.agent != nil {
		return nil
	}
	var err error
	// Not the environment: a person's settings for their demo are not for this one.
	if s.set, err = providers.Load(s.dir, nil); err != nil {
		return err
	}
	if s.vault == nil {
		if s.vault, err = s.openVault(ctx); err != nil {
			return err
		}
	}
	s.agent, err = auth.New(auth.Options{
		Lookup: s.lookup, Store: s.vault, Browser: s.visitor.browse, Log: s.o.Log,
	})
	return err
}

func (s *stage) openVault(ctx context.Context) (*vault.Vault, error) {
	first := s.o.Keep != "" && s.passphrase == ""
	if first {
		if err := s.keepKey(); err != nil {
			return nil, err
		}
	}
	v, err := vault.Open(filepath.Join(s.dir, "vault"), s.vaultOptions())
	if err == nil && first {
		err = v.Setup(ctx, s.passphrase)
	}
	return v, err
}

// lookup is the set's, with the address that the demo provider has, or had last.
func (s *stage) lookup(id string) (*providers.Provider, bool) {
	p, ok := s.set.Lookup(id)
	if !ok || id != demoID {
		return p, ok
	}
	here := *p
	here.Issuer = s.issuer
	return &here, true
}

// shut closes vault and agent, as each end of the program does.
func (s *stage) shut() error {
	var errs []error
	if s.agent != nil {
		errs = append(errs, s.agent.Close())
		s.agent = nil
	}
	if s.vault != nil {
		errs = append(errs, s.vault.Close())
		s.vault = nil
	}
	return errors.Join(errs...)
}

// keptAt is the folder that stays, or "".
func (s *stage) keptAt() string {
	if s.o.Keep == "" {
		return ""
	}
	return s.dir
}

// close ends everything; again, it does nothing. What could not be stored is
// useless by now.
func (s *stage) close() {
	_ = s.shut()
	_ = s.stopServer()
	s.visitor.open.Wait()
}

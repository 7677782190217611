package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"
)

// Start starts the demo provider and returns when it answers. If another
// process already serves the demo of the same Dir, the returned server stands
// for that one and Close leaves it running. ctx bounds the start, not the life
// of the server.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.AccessTTL <= 0 {
		o.AccessTTL = DefaultAccessTTL
	}
	addr, err := loopbackAddr(o.Addr)
	if err != nil {
		return nil, err
	}
	lock, foreign, err := claim(ctx, o)
	if err != nil || foreign != nil {
		return foreign, err
	}
	s, ln, err := prepare(ctx, o, addr)
	if err != nil {
		return nil, errors.Join(err, release(lock))
	}
	s.lock = lock
	go func() {
		defer close(s.served)
		if err := s.http.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("demo provider stopped", "error", err)
		}
	}()
	s.log.Info("demo provider answers", "issuer", s.issuer)
	return s, nil
}

// prepare makes everything that a server needs, except the serving goroutine.
func prepare(ctx context.Context, o Options, addr string) (*Server, net.Listener, error) {
	st, err := loadState(o.Dir, o.Now, o.Log)
	if err != nil {
		return nil, nil, err
	}
	ln, moved, err := listen(ctx, addr, st.Addr)
	if err != nil {
		return nil, nil, err
	}
	if moved != "" {
		o.Log.Warn("demo provider's port is taken by another program; its accounts need a new sign-in",
			"was", moved, "now", ln.Addr().String())
	}
	st.Addr = ln.Addr().String()
	s := &Server{
		issuer:   "http://" + st.Addr,
		log:      o.Log,
		labToken: randomString(),
		served:   make(chan struct{}),
	}
	s.store = newStore(o, st)
	if err := s.build(); err != nil {
		return nil, nil, errors.Join(err, ln.Close())
	}
	if err := s.store.saveNow(); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("demo provider's folder: %w", err), ln.Close())
	}
	s.http = &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}
	return s, ln, nil
}

// build makes the handler.
func (s *Server) build() error {
	provider, err := op.NewProvider(&op.Config{
		CodeMethodS256:        true,
		GrantTypeRefreshToken: true,
		SupportedScopes:       allScopes(),
		SupportedClaims: []string{
			"iss", "sub", "aud", "azp", "exp", "iat", "auth_time", "nonce", "amr", "at_hash", "c_hash",
			"name", "given_name", "family_name", "preferred_username", "picture", "locale",
			"email", "email_verified", scopeGroups, scopeRoles,
		},
		DefaultLogoutRedirectURI: "/signed-out",
		DeviceAuthorization: op.DeviceAuthorizationConfig{
			Lifetime: deviceTTL, PollInterval: deviceInterval, UserFormPath: devicePath, UserCode: op.UserCodeBase20,
		},
	}, s.storage(), op.StaticIssuer(s.issuer),
		op.WithAllowInsecure(), // it only serves http on loopback
		op.WithCORSOptions(nil),
		op.WithCrypto(op.NewAES256GCMCrypto([32]byte(s.store.state.CryptoKey), "")),
	)
	if err != nil {
		return fmt.Errorf("demo provider: %w", err)
	}
	tmpl, err := parsePages()
	if err != nil {
		return fmt.Errorf("demo provider's pages: %w", err)
	}
	a := &app{Server: s, op: provider, pages: tmpl, pictures: drawnOnce(), forms: http.NewCrossOriginProtection()}
	s.handler = a.guard(a.routes())
	return nil
}

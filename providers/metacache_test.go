package providers

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/claviger/claviger/providers/internal/world"
)

func TestMetadataIsCachedAndShared(t *testing.T) {
	var asked atomic.Int32
	w := world.New(t, map[string]http.HandlerFunc{"accounts.google.com" + oidcPath: func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		document("https://accounts.google.com")(w, r)
	}})
	s := load(t, "")
	now := time.Now()
	s.shared.metadata.now = func() time.Time { return now }
	get := func(c *http.Client) error {
		p, _ := s.Lookup("google")
		p.Endpoints.Userinfo = "https://my.example/userinfo"
		m, err := p.Metadata(t.Context(), c)
		if err == nil && (m.TokenEndpoint != "https://a.example/token" || m.UserinfoEndpoint != "https://my.example/userinfo") {
			t.Errorf("%+v", m)
		}
		return err
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := get(w.Client); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if asked.Load() != 1 {
		t.Errorf("asked %d times, want once", asked.Load())
	}
	now = now.Add(61 * time.Minute)
	if err := get(w.Client); err != nil || asked.Load() != 2 {
		t.Errorf("%v, asked %d times after an hour", err, asked.Load())
	}
	now = now.Add(61 * time.Minute)
	w.Server.Close()
	if err := get(w.Client); err != nil {
		t.Errorf("the old document is not used without a network: %v", err)
	}
}

func TestMetadataOfACancelledCallerIsAskedAgain(t *testing.T) {
	started, release := make(chan struct{}), make(chan struct{})
	var asked atomic.Int32
	w := world.New(t, map[string]http.HandlerFunc{"accounts.google.com" + oidcPath: func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 1 {
			close(started)
			select {
			case <-release:
			case <-r.Context().Done():
			}
			return
		}
		document("https://accounts.google.com")(w, r)
	}})
	defer close(release)
	p := provider(t, "google")
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() {
		_, err := p.Metadata(ctx, w.Client)
		first <- err
	}()
	<-started
	second := make(chan error, 1)
	go func() {
		_, err := p.Metadata(t.Context(), w.Client)
		second <- err
	}()
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("first: %v", err)
	}
	if err := <-second; err != nil {
		t.Errorf("second: %v", err)
	}
}

// An old document stands in if the network is what failed, and for nothing else:
// what the server says now counts.
func TestOldMetadataStandsInForTheNetworkOnly(t *testing.T) {
	cut := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte("{"))
	}
	for name, c := range map[string]struct {
		then   http.HandlerFunc // nil is no answer at all
		cancel bool
		old    bool
	}{
		"nobody answers":    {nil, false, true},
		"the answer is cut": {cut, false, true},
		"another issuer":    {document("https://evil.example"), false, false},
		"a web page":        {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }, false, false},
		"500":               {world.Status(500), false, false},
		"404":               {world.Status(404), false, false},
		"cancelled":         {document("https://accounts.google.com"), true, false},
	} {
		t.Run(name, func(t *testing.T) {
			var later atomic.Bool
			w := world.New(t, map[string]http.HandlerFunc{"accounts.google.com" + oidcPath: func(w http.ResponseWriter, r *http.Request) {
				if later.Load() {
					c.then(w, r)
					return
				}
				document("https://accounts.google.com")(w, r)
			}})
			s := load(t, "")
			now := time.Now()
			s.shared.metadata.now = func() time.Time { return now }
			p, _ := s.Lookup("google")
			if _, err := p.Metadata(t.Context(), w.Client); err != nil {
				t.Fatal(err)
			}
			now = now.Add(metadataTTL)
			later.Store(true)
			if c.then == nil {
				w.Server.Close()
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if c.cancel {
				cancel()
			}
			if m, err := p.Metadata(ctx, w.Client); c.old != (err == nil) || c.old != (m != nil) {
				t.Errorf("%+v, %v; the old one: %v", m, err, c.old)
			}
			later.Store(false)
			if c.then == nil {
				return
			}
			if _, err := p.Metadata(t.Context(), w.Client); err != nil {
				t.Errorf("once it is mended: %v", err)
			}
		})
	}
}

// Whoever waits for someone else's request shares its failure, and the next one
// asks again.
func TestSharedMetadataFailure(t *testing.T) {
	var c metadataCache
	refused := errors.New("refused")
	begun, end := make(chan struct{}), make(chan struct{})
	first, second := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := c.get(t.Context(), "k", func(context.Context) (*Metadata, error) {
			close(begun)
			<-end
			return nil, refused
		})
		first <- err
	}()
	<-begun
	_, fresh, busy := c.enter("k")
	if fresh != nil || busy == nil {
		t.Fatal("nobody is asking")
	}
	go func() {
		_, err := c.get(t.Context(), "k", func(context.Context) (*Metadata, error) { return nil, refused })
		second <- err
	}()
	close(end)
	for _, got := range []error{<-first, <-second} {
		if !errors.Is(got, refused) {
			t.Errorf("got %v", got)
		}
	}
	want := &Metadata{Issuer: "https://a.example"}
	if m, err := c.get(t.Context(), "k", func(context.Context) (*Metadata, error) { return want, nil }); m != want || err != nil {
		t.Errorf("asked again: %+v, %v", m, err)
	}
	if m, err := c.get(t.Context(), "k", nil); m != want || err != nil {
		t.Errorf("kept: %+v, %v", m, err)
	}
}

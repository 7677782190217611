package auth_test

import (
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/trace"
)

// From the callback to the account, at a provider that takes 50 ms for every
// request. Two steps after one another (the token; then everything else at the
// same time) are 100 ms; x-latency is the time in such latencies, and
// round-trips counts the steps as the provider saw them.
func BenchmarkCallbackToProfile(b *testing.B) {
	const latency = 50 * time.Millisecond
	p := authtest.NewProvider(b)
	p.Behave(authtest.Behaviour{Latency: latency})
	var person authtest.Browser
	a, err := auth.New(auth.Options{Lookup: p.Lookup, Browser: person.Open})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = a.Close() })
	var took time.Duration
	steps := 0
	for b.Loop() {
		var back time.Time
		_, err := a.SignIn(b.Context(), auth.SignInRequest{
			Provider: "authtest", Groups: true,
			Observe: func(e trace.Event) {
				if e.Step == trace.StepCallback && e.Phase == trace.Done {
					back = e.At
					p.Forget() // what came before was while the person typed
				}
			},
		})
		if err != nil {
			b.Fatal(err)
		}
		took += time.Since(back)
		steps += p.RoundTrips()
	}
	b.ReportMetric(float64(took)/float64(b.N)/float64(latency), "x-latency")
	b.ReportMetric(float64(steps)/float64(b.N), "round-trips")
}

package state

import (
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// Problem is a sign-in that stopped.
type Problem struct {
	problem.Problem
	Provider *providers.Provider
	Events   []trace.Event
	// CanRetry reports that the same sign-in can be started again, Moved that it
	// can be at the place where the provider is now.
	CanRetry, Moved bool
}

package auth

import "github.com/claviger/claviger/auth/trace"

// What a sign-in or refresh tells of itself.
type (
	// Event is one moment of it.
	Event = trace.Event
	// Step names a part of it.
	Step = trace.Step
	// Phase is that of a step.
	Phase = trace.Phase
	// Progress is how far a step is whose answers come in pages.
	Progress = trace.Progress
	// Exchange is an HTTP request and its answer.
	Exchange = trace.Exchange
)

// The steps and phases, as [trace] explains them.
const (
	StepDiscover = trace.StepDiscover
	StepListen   = trace.StepListen
	StepBrowser  = trace.StepBrowser
	StepWait     = trace.StepWait
	StepCallback = trace.StepCallback
	StepExchange = trace.StepExchange
	StepVerify   = trace.StepVerify
	StepProfile  = trace.StepProfile
	StepGroups   = trace.StepGroups
	StepStore    = trace.StepStore
	StepRefresh  = trace.StepRefresh
	StepDevice   = trace.StepDevice
	StepJoin     = trace.StepJoin
	StepPush     = trace.StepPush

	Started  = trace.Started
	Done     = trace.Done
	Broken   = trace.Broken
	Ignored  = trace.Ignored
	Bypassed = trace.Bypassed
	Renewed  = trace.Renewed
	Advanced = trace.Advanced
)

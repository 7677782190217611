package trace

import (
	"fmt"
	"time"

	"github.com/claviger/claviger/internal/plain"
)

// Step names a part of a sign-in or refresh.
type Step string

// The steps, in order.
const (
	StepDiscover Step = "discover" // endpoints and keys
	StepListen   Step = "listen"   // loopback listener
	StepBrowser  Step = "browser"  // browser opened
	StepWait     Step = "wait"     // the person, in the browser
	StepCallback Step = "callback" // the answer to the redirect URI
	StepExchange Step = "exchange" // code for tokens
	StepVerify   Step = "verify"   // ID token
	StepProfile  Step = "profile"  // user details (one event each request)
	StepGroups   Step = "groups"   // groups (one event each request)
	StepStore    Step = "store"    // remembered in the store
	StepRefresh  Step = "refresh"  // refresh token for tokens
	StepDevice   Step = "device"   // device authorization
	StepJoin     Step = "join"     // another sign-in of the same account, waited for before all else
	StepPush     Step = "push"     // request pushed to the provider (RFC 9126), before the browser
)

// Phase of a step.
type Phase string

// The phases.
const (
	Started  Phase = "started"
	Done     Phase = "done"
	Broken   Phase = "failed"
	Ignored  Phase = "ignored" // something came and was not accepted: the flow goes on
	Bypassed Phase = "skipped"
	Renewed  Phase = "renewed"  // the link may be known to others: the flow has a new one
	Advanced Phase = "progress" // a step with pages went on, or waits: see Progress
)

// Event is one moment of a sign-in or refresh. It never holds a secret.
type Event struct {
	Step  Step          `json:"step"`
	Phase Phase         `json:"phase"`
	At    time.Time     `json:"at"`
	Took  time.Duration `json:"took"` // nanoseconds; zero for Started
	// Name distinguishes requests of one step: "Email addresses".
	Name string `json:"name,omitempty"`
	// Detail is a short plain phrase: "127.0.0.1:51789", "cached".
	Detail string `json:"detail,omitempty"`
	// Progress is how far the step is; only with [Advanced].
	Progress *Progress `json:"progress,omitempty"`
	// Exchange is the request behind the step, if there was one.
	Exchange *Exchange `json:"exchange,omitempty"`
}

// Progress is how far a source is whose answer comes in pages.
type Progress struct {
	// Page was the last one, from 1; Groups is how many there are so far.
	Page   int `json:"page,omitempty"`
	Groups int `json:"groups"`
	// Wait is how long the provider wants a pause before it is asked again, in
	// nanoseconds.
	Wait time.Duration `json:"wait,omitempty"`
	// Last says that the source ended.
	Last bool `json:"last,omitempty"`
}

// String says it in words: "page 3, 212 so far".
func (p Progress) String() string {
	switch {
	case p.Wait > 0:
		return "waiting " + plain.Wait(p.Wait) + " at the provider's request"
	case !p.Last:
		return fmt.Sprintf("page %d, %d so far", p.Page, p.Groups)
	}
	text := plain.Count(p.Groups, "group")
	if p.Page > 1 {
		text += fmt.Sprintf(" on %d pages", p.Page)
	}
	return text
}

// Exchange is an HTTP request and its answer, secrets redacted.
type Exchange struct {
	Method string `json:"method"`
	URL    string `json:"url"` // without query
	// Sent are the parameters, secret values replaced by [redacted].
	Sent   map[string]string `json:"sent,omitempty"`
	Status int               `json:"status,omitempty"`
	// Received are the fields of the answer, secret values replaced.
	Received map[string]string `json:"received,omitempty"`
}

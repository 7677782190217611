package providers

import (
	"errors"
)

// Sentinels. Each has its words in problem.Explain.
var (
	// ErrNoClientID means that no client ID is configured.
	ErrNoClientID = errors.New("no client ID configured")
	// ErrNoVariable means that a blank such as the tenant is not filled.
	ErrNoVariable = errors.New("a provider setting is missing")
	// ErrUnusable means that no desktop program can sign in there.
	ErrUnusable = errors.New("desktop apps cannot sign in there")
	// ErrSharedRedirect means that two providers have the same redirect path.
	ErrSharedRedirect = errors.New("two providers share a redirect URI")
	// ErrUnknown means that no provider has that id.
	ErrUnknown = errors.New("unknown provider")
	// ErrInUse means that a provider has that id already.
	ErrInUse = errors.New("provider ID is already in use")
	// ErrNotOwn means that a provider has no file of its own in providers.d.
	ErrNotOwn = errors.New("not your own provider file")
	// ErrChanged means that another program changed a file meanwhile.
	ErrChanged = errors.New("file was changed by another program")
	// ErrCAFile means that a provider's file of certificates cannot be used; the
	// error is a [*CAFileError].
	ErrCAFile = errors.New("CA file cannot be used")
	// ErrDiscovery means that metadata could not be had or is not acceptable.
	ErrDiscovery = errors.New("discovery failed")
	// ErrMapping means that a jq expression failed on an answer.
	ErrMapping = errors.New("response could not be read")
)

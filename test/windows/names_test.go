//go:build windows || e2e

package windows

// The variables that make another program of this package's tests, as they are on
// Windows. One named CLAVIGER_… could be a provider's setting, which an agent does not
// know.
const (
	// asBrowser makes the browser of BROWSER.
	asBrowser = "TEST_BROWSER"
	// asProgram makes a program that asks the agent for a token of the account that it names.
	asProgram = "TEST_PROGRAM"
)

package words

import (
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/plain"
)

func ignoredText(e trace.Event) string {
	if e.Detail != "" {
		return lang.L("Ignored: {{.What}}", map[string]any{"What": e.Detail})
	}
	return lang.L("Ignored a response to another sign-in")
}

// stepText names a step: what goes on, or what was done.
func stepText(step trace.Step, name string, st StepState) string {
	texts := textsOf(step)
	switch {
	case name == "":
	case step == trace.StepProfile, step == trace.StepGroups:
		return plain.Upper(name)
	case step == trace.StepDiscover:
		texts = stepTexts{lang.L("Looking up signing keys"), lang.L("Signing keys loaded"), lang.L("Signing keys could not be read")}
	}
	switch {
	case texts == stepTexts{}:
		return plain.Upper(string(step))
	case st == StepDone:
		return texts.done
	case st == StepFailed:
		return texts.failed
	}
	return texts.going
}

// stepTexts name a step that goes on, was done, or failed.
type stepTexts struct{ going, done, failed string }

// textsOf are the names of a step; empty for one of a newer program.
func textsOf(step trace.Step) stepTexts {
	switch step {
	case trace.StepDiscover:
		return stepTexts{lang.L("Looking up the provider"), lang.L("Provider found"), lang.L("The provider's metadata could not be read")}
	case trace.StepListen:
		return stepTexts{lang.L("Preparing the redirect URI"), lang.L("Listening"), lang.L("The redirect URI could not be opened")}
	case trace.StepBrowser:
		return stepTexts{lang.L("Opening your browser"), lang.L("Browser opened"), lang.L("No browser could be opened")}
	case trace.StepWait:
		return stepTexts{lang.L("Waiting for sign-in"), lang.L("You, in the browser"), lang.L("Waiting for sign-in")}
	case trace.StepCallback:
		return stepTexts{lang.L("Your browser comes back"), lang.L("Your browser came back"), lang.L("The provider returned an error")}
	case trace.StepExchange:
		return stepTexts{lang.L("Exchanging the code for tokens"), lang.L("Code exchanged for tokens"), lang.L("Exchanging the code for tokens")}
	case trace.StepVerify:
		return stepTexts{lang.L("Checking the ID token"), lang.L("ID token checked"), lang.L("ID token not accepted")}
	case trace.StepProfile:
		return stepTexts{lang.L("Fetching your profile"), lang.L("Profile"), lang.L("Profile")}
	case trace.StepGroups:
		return stepTexts{lang.L("Fetching your groups"), lang.L("Groups"), lang.L("Groups")}
	case trace.StepStore:
		return stepTexts{lang.L("Storing in the vault"), lang.L("Stored in the vault"), lang.L("Storing in the vault")}
	case trace.StepRefresh:
		return stepTexts{lang.L("Getting new tokens"), lang.L("New tokens"), lang.L("Getting new tokens")}
	case trace.StepDevice:
		return stepTexts{lang.L("Asking for a code"), lang.L("Code received"), lang.L("Asking for a code")}
	case trace.StepJoin:
		return stepTexts{lang.L("Waiting for another window or shell"), lang.L("Another window or shell"), lang.L("Waiting for another window or shell")}
	case trace.StepPush:
		return stepTexts{lang.L("Sending the request"), lang.L("Request sent"), lang.L("Sending the request")}
	default:
		return stepTexts{}
	}
}

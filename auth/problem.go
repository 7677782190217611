package auth

// Problem is an error in words for a person. The window and the command line
// both show it.
type Problem struct {
	// Kind groups problems for exit codes and icons.
	Kind ProblemKind
	// Title is one short line; Detail says why; Next says what to do.
	Title  string
	Detail string
	Next   string
	// Copy is an exact text to register somewhere, such as a redirect URI.
	Copy string
	// Link is a page to open, from the provider's file, never from an answer.
	Link string
	// Code is the technical name, such as "redirect_uri_mismatch".
	Code string
}

// ProblemKind groups problems.
type ProblemKind string

// The kinds.
const (
	KindFailed      ProblemKind = "failed"
	KindUsage       ProblemKind = "usage"
	KindNeedsSignIn ProblemKind = "needs_sign_in"
	KindOffline     ProblemKind = "offline"
	KindLocked      ProblemKind = "locked"
	KindRefused     ProblemKind = "refused"
)

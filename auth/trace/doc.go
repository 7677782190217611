// Package trace records what a sign-in or refresh did, secrets redacted.
//
// A [Log] collects [Event]s and tells an observer of them one at a time. Each may
// hold the [Exchange] behind it, of which a field that nobody thought of is
// redacted: only parameters that [PlainParameter] knows are shown as they are, and
// a [Scrubber] takes secrets out of those, since the other side may repeat one
// anywhere.
package trace

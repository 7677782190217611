// Package trace records what a sign-in or refresh did, secrets redacted.
//
// A [Log] collects [Event]s and hands them to an observer one at a time. Each may
// hold the [Exchange] behind it, of which an unknown field is
// redacted: only parameters that [PlainParameter] knows are shown as they are, and
// a [Scrubber] takes secrets out of those, since the other side may repeat one
// anywhere.
package trace

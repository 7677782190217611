// Package doctor says what is wrong with the set-up of this computer, and how to mend it.
//
// [Examine] makes the checks, side by side. They only look: nothing is changed or
// launched, no one is asked for a passphrase, and each check ends within a bound of time,
// whatever hangs. What cannot be known that way is [Skipped], with the reason.
package doctor

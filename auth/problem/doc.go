// Package problem says what went wrong and what to do about it, for people.
//
// [Explain] finds the words of an error in one table, problems.toml, and [Page] those of
// an error that a provider shows in the browser only. What the program does about an
// error does not depend on its words: that is the [Kind], which Go code gives.
//
// The errors of the rooms below are known here. An error of a room above names its words
// itself: a sentinel is made by [New], an error with details is [Worded].
package problem

// Package words puts what is known into words: moments and durations, accounts,
// claims, steps, groups, receipts. It knows nothing of the window's state.
package words

// Package attack holds tests that attack a sign-in from every side that others
// can reach: the callback, the provider's answers, and whatever could carry a
// secret to where it does not belong.
package attack

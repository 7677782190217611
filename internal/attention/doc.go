// Package attention says when a person is needed, once.
//
// It looks at the accounts and the sign-outs, and is told of programs that wait for an
// answer. What it finds is an [Event]; the [Desk] decides what of it is said and when:
// one event of an account and kind at a time, none that was said before until its
// cool-down is over, and none whose cause is gone. Who says it, and how, is no matter of
// this package.
package attention

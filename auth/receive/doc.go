// Package receive receives the authorization response.
//
// A [Receiver] says where the provider sends the browser, hands what comes to the
// [SignIn] that waits, and shows the browser how it ended. It decides nothing: whether
// a response belongs to the sign-in is for [SignIn.Judge] to say, and what does not
// leaves it waiting. [Loopback] listens on this computer, where other programs and users
// can reach it too: their connections do not fill it (crowd.go), and the address that
// the opener of the browser is given leads on once, and for this user only (handoff.go).
package receive

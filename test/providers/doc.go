// Package providers holds tests of whole sign-ins at GitHub, Google, Microsoft
// Entra ID and Auth0: the built-in providers and the real agent, against local
// servers that answer for the internet's hosts with those providers' own forms
// and quirks. It has no code of its own.
package providers

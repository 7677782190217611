// Package inspect says what a token is and what its claims mean. It asks no network:
// what is read here proves nothing until the signature is checked, which is for
// auth/idtoken to do.
package inspect

// Package desktop is a person at a desk, for tests: a display with a window
// manager, a keyring in a session bus of its own, a real browser, eyes (OCR)
// and hands (mouse and keyboard).
//
// Everything is started fresh for one test, listens on loopback or on sockets
// in the test's folder only, and is ended by pid when the test ends.
package desktop

// Package peer says which process is at the other end of a socket.
//
// The kernel names the process that connected; what is known of it (its program,
// its file, its parents) is read from the kernel too, and never from what the
// process says of itself. A process can still act for another one: an interpreter
// runs any script, and a debugger controls what it likes.
//
// Linux says all of it. macOS and Windows do not say its folder and terminal. Other
// systems say nothing, and [Of] returns an error there.
package peer

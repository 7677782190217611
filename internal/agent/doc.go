// Package agent serves tokens over a socket to programs that may have them.
//
// The socket is a Unix socket in a folder that only its user can enter, and speaks HTTP
// with JSON (docs/agent-protocol.md). Who asks is what the kernel says of the process at
// the other end (package peer); whether it may have a token is decided by package
// consent; the tokens come from a [Source]. A process that turned into another program
// while it waited gets nothing.
//
// Everything that comes over the socket is foreign, although it is this user's: it is
// bounded in size, time and number.
package agent

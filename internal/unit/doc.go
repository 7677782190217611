// Package unit has the service manager of the person's session start the agent: systemd
// when a program connects to its socket, launchd at log-in. Windows has none: there, the
// log-in starts it.
package unit

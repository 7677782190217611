package agent

// State is how the socket of an agent is, as far as can be seen without connecting: that
// can start an agent, if the service manager listens.
type State struct {
	// There is whether anything is at its path, and Socket whether that is a socket.
	There, Socket bool
	// PID is the process that holds the lock beside it and so serves it; 0 if none does,
	// or if the system does not say.
	PID int
	// Listening is whether someone listens, as far as the system says.
	Listening bool
}

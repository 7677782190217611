package agent

import (
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/claviger/claviger/internal/peer"
)

// maxGuests is how many connections are open at once; the others wait in the kernel.
const maxGuests = 256

// door lets in this user's processes, and knows who each is.
type door struct {
	net.Listener
	room chan struct{}
}

func newDoor(l net.Listener) *door { return &door{l, make(chan struct{}, maxGuests)} }

// guest is a connection, and the process at its other end.
type guest struct {
	net.Conn
	who   peer.Process
	leave func()
}

// Accept returns the next connection of this user. Those of others are closed without
// a word.
func (d *door) Accept() (net.Conn, error) {
	for {
		d.room <- struct{}{}
		c, err := d.Listener.Accept()
		if err != nil {
			<-d.room
			if !tooManyFiles(err) {
				return nil, err
			}
			// Connections that end make room; http.Server waits and tries again.
			return nil, &busyError{err}
		}
		leave := sync.OnceFunc(func() { <-d.room })
		who, err := peer.Of(c)
		if err != nil || who.UID != os.Getuid() {
			leave()
			_ = c.Close() // it was not used
			continue
		}
		return &guest{c, who, leave}, nil
	}
}

// Close ends the connection and makes room for the next.
func (g *guest) Close() error {
	defer g.leave()
	return g.Conn.Close()
}

// busyError is an error of Accept that passes.
type busyError struct{ error }

func (*busyError) Timeout() bool   { return false }
func (*busyError) Temporary() bool { return true }

func tooManyFiles(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

// Time limits of a connection.
const (
	headerTime = 5 * time.Second
	bodyTime   = 10 * time.Second
	idleTime   = 30 * time.Second
	answerTime = 10 * time.Second
)

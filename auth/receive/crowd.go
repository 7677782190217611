package receive

import (
	"net"
	"slices"
	"sync"
	"time"
)

const (
	// maxOpen bounds the open connections of one listener. It is far below the
	// 1,024 files that a process may have on many systems.
	maxOpen = 256
	// sureOpen is how long a connection stays at least without a whole request:
	// a browser on a busy computer has sent one long before.
	sureOpen = 300 * time.Millisecond
	// sureRest is the same for what is left of a request that has begun well.
	sureRest = 50 * time.Millisecond
	// sureServed is how long a connection stays at least once its request is whole.
	sureServed = 10 * time.Second
	// sureSent is how long it stays at least after the answer, which may be on
	// its way.
	sureSent = 20 * time.Millisecond
	// sureKnown is how long one stays that had what only the browser was given.
	sureKnown = time.Minute
	// maxSilence bounds how long a connection may take to ask.
	maxSilence = 5 * time.Second
)

// crowd is a listener that a stranger's connections do not fill. The server gets
// a connection when a whole request has come; until then it waits here, where it
// costs little. For each new one beyond [maxOpen] another is closed: the one that
// was to stay the shortest, but none whose request has come and is not read yet.
// All come from this computer, so that nothing else distinguishes the browser from a
// stranger before its request.
type crowd struct {
	net.Listener

	asking chan arrival  // to Accept
	left   chan struct{} // gets a value when a connection was closed
	end    sync.Once
	ended  chan struct{} // closed by Close
	work   sync.WaitGroup
	heads  sync.Pool // of buffers to look at requests with

	mu   sync.Mutex
	open []*guest // the oldest first
}

// arrival is a connection with a request, or why none can be accepted.
type arrival struct {
	guest *guest
	err   error
}

// newCrowd takes connections from l until it is closed.
func newCrowd(l net.Listener) *crowd {
	c := &crowd{Listener: l, asking: make(chan arrival), left: make(chan struct{}, 1), ended: make(chan struct{})}
	c.heads.New = func() any { b := make([]byte, maxLook); return &b }
	c.work.Go(c.receive)
	return c
}

// Accept waits for the next connection that asks for something.
func (c *crowd) Accept() (net.Conn, error) {
	select {
	case a := <-c.asking:
		if a.err != nil {
			return nil, a.err
		}
		return a.guest, nil
	case <-c.ended:
		return nil, net.ErrClosed
	}
}

// Close ends the listener, and the connections that the server has not got.
func (c *crowd) Close() error {
	err := c.Listener.Close()
	c.end.Do(func() { close(c.ended) })
	c.mu.Lock()
	waiting := slices.DeleteFunc(slices.Clone(c.open), func(g *guest) bool { return g.served })
	c.mu.Unlock()
	for _, g := range waiting {
		_ = g.Close()
	}
	c.work.Wait()
	return err
}

// receive takes connections as they come.
func (c *crowd) receive() {
	for {
		conn, err := c.Listener.Accept()
		if err != nil {
			// The server decides whether it goes on (net.Error).
			if !c.hand(arrival{err: err}) {
				return
			}
			continue
		}
		g := &guest{Conn: conn, of: c, until: connectedAt(conn).Add(sureOpen)}
		if !c.makeRoom(g) || !c.take(g) {
			g.drop()
			continue
		}
		c.work.Go(g.wait)
	}
}

// take makes g one of the open ones, unless the listener ended: then Close may have
// looked at them already, and would wait for g.
func (c *crowd) take(g *guest) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.ended:
		return false
	default:
	}
	c.open = append(c.open, g)
	return true
}

// hand gives an arrival to Accept. It reports false if the listener ended.
func (c *crowd) hand(a arrival) bool {
	select {
	case c.asking <- a:
		return true
	case <-c.ended:
		return false
	}
}

// makeRoom waits until there is room for g, and makes it. It reports false if
// g itself has to go: the listener ended, or it has had its time, in the system's
// queue, which spares the work that those that stay are.
func (c *crowd) makeRoom(g *guest) bool {
	for {
		last, wait := c.next(g)
		switch {
		case last == g:
			return false
		case last != nil:
			last.drop()
			continue
		case wait <= 0:
			return true
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-c.left: // one went by itself
		case <-c.ended:
			timer.Stop()
			return false
		}
		timer.Stop()
	}
}

// next is who has to go for one more, or how long all may stay; neither if there
// is room.
func (c *crowd) next(more *guest) (*guest, time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.open) < maxOpen {
		return nil, 0
	}
	if time.Until(more.until) <= 0 && !more.spare() {
		return more, 0
	}
	for {
		g := slices.MinFunc(c.open, func(a, b *guest) int { return a.until.Compare(b.until) })
		if wait := time.Until(g.until); wait > 0 {
			return nil, wait
		}
		if !g.spare() {
			return g, 0
		}
	}
}

package providers

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// metadataTTL is how long a document is used without asking again.
const metadataTTL = time.Hour

// metadataCache keeps metadata documents. Callers that want the same one at
// the same time share a request. The zero value is ready.
type metadataCache struct {
	mu      sync.Mutex
	entries map[string]*metadataEntry
	now     func() time.Time
}

type metadataEntry struct {
	m  *Metadata
	at time.Time
	// busy is closed when the request under way ends; nil if there is none.
	busy chan struct{}
	err  error
}

func (c *metadataCache) get(ctx context.Context, key string, fetch func(context.Context) (*Metadata, error)) (*Metadata, error) {
	for {
		e, fresh, busy := c.enter(key)
		switch {
		case fresh != nil:
			return fresh, nil
		case busy == nil:
			m, err := fetch(ctx)
			if err != nil && ctx.Err() != nil {
				err = ctx.Err() // whatever came of a request that no one waits for
			}
			return c.leave(e, m, err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-busy:
		}
		c.mu.Lock()
		m, err := e.m, e.err
		c.mu.Unlock()
		switch {
		case err == nil:
			return m, nil
		case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
			continue // the one who asked gave up; ask ourselves
		}
		return c.stale(m, err)
	}
}

// enter returns the entry with its document, if that is fresh, or else a channel
// that is closed when another caller has fetched it. If there is neither, the caller
// must fetch it.
func (c *metadataCache) enter(key string) (e *metadataEntry, fresh *Metadata, busy chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil {
		c.entries = map[string]*metadataEntry{}
	}
	e = c.entries[key]
	if e == nil {
		e = &metadataEntry{}
		c.entries[key] = e
	}
	switch {
	case e.busy != nil:
		return e, nil, e.busy
	case e.m != nil && c.clock().Sub(e.at) < metadataTTL:
		return e, e.m, nil
	}
	e.busy = make(chan struct{})
	return e, nil, nil
}

func (c *metadataCache) leave(e *metadataEntry, m *Metadata, err error) (*Metadata, error) {
	c.mu.Lock()
	close(e.busy)
	e.busy, e.err = nil, err
	if err == nil {
		e.m, e.at = m, c.clock()
	}
	old := e.m
	c.mu.Unlock()
	if err != nil {
		return c.stale(old, err)
	}
	return m, nil
}

// stale answers with the old document if the network failed.
func (c *metadataCache) stale(old *Metadata, err error) (*Metadata, error) {
	var network net.Error
	down := errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if old != nil && down && !errors.Is(err, context.Canceled) {
		return old, nil
	}
	return nil, err
}

func (c *metadataCache) clock() time.Time {
	if c.now != nil {
		return c.now()
	}
	return time.Now()
}

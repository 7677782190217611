package providers

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// metadataTTL is how long a document is good without asking again.
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
	// busy is closed when the request under way ends; nil where there is none.
	busy chan struct{}
	err  error
}

func (c *metadataCache) get(ctx context.Context, key string, fetch func(context.Context) (*Metadata, error)) (*Metadata, error) {
	for {
		e, lead := c.enter(key)
		if lead {
			m, err := fetch(ctx)
			return c.leave(e, m, err)
		}
		c.mu.Lock()
		busy, m, err := e.busy, e.m, e.err
		c.mu.Unlock()
		if busy == nil {
			if err != nil {
				continue // it failed just now; ask ourselves
			}
			return m, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-busy:
		}
		c.mu.Lock()
		m, err = e.m, e.err
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

// enter returns the entry and whether the caller is to fetch it.
func (c *metadataCache) enter(key string) (e *metadataEntry, lead bool) {
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
	if e.busy != nil || e.m != nil && e.err == nil && c.clock().Sub(e.at) < metadataTTL {
		return e, false
	}
	e.busy = make(chan struct{})
	return e, true
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

// stale answers with the old document where the network is what failed.
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

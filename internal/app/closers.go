package app

import (
	"errors"
	"slices"
	"sync"
)

// closers are what ends the parts that were opened.
type closers struct {
	mu   sync.Mutex
	list []func() error
}

// add remembers what to close; the last opened is closed first.
func (c *closers) add(f func() error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, f)
}

// close ends what was opened. Called again, it does nothing.
func (c *closers) close() error {
	c.mu.Lock()
	list := c.list
	c.list = nil
	c.mu.Unlock()
	var errs []error
	for _, f := range slices.Backward(list) {
		errs = append(errs, f())
	}
	return errors.Join(errs...)
}

package auth

import (
	"sync/atomic"
	"time"
)

// testClock is a clock that tests set ahead.
type testClock struct{ ahead atomic.Int64 }

func (c *testClock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *testClock) pass(d time.Duration) { c.ahead.Add(int64(d)) }

// set gives an agent the clock.
func (c *testClock) set(o *Options) { o.Now = c.now }

// Package bus connects to the bus of the person's session (D-Bus), without waiting for one
// that hangs.
package bus

//go:build !unix

package receive

// canPeek says that a connection has to be read to see what came.
const canPeek = false

// peek sees nothing here.
func peek(uintptr, []byte) (came []byte, open bool) { return nil, true }

//go:build !unix

package agent

import "os"

// lockFlags open the lock's file.
const lockFlags = os.O_CREATE | os.O_RDWR

//go:build !windows

package agentclient

import (
	"context"
	"errors"
	"net"
	"os"
)

// connect connects to a socket that is this user's or the superuser's. pid is the
// process that made it, 0 if unknown.
func connect(ctx context.Context, path string, _ func()) (conn net.Conn, pid int, err error) {
	var d net.Dialer
	conn, err = d.DialContext(ctx, "unix", path)
	if err != nil {
		return nil, 0, err
	}
	pid, uid, ok := ownerOf(conn)
	if ok && uid != 0 && uid != os.Getuid() {
		return nil, 0, errors.Join(errors.New("the socket is another user's"), conn.Close())
	}
	if !ok {
		if err := own(path); err != nil {
			return nil, 0, errors.Join(err, conn.Close())
		}
	}
	return conn, pid, nil
}

package nolaunch

import (
	"encoding/binary"
	"encoding/hex"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// silent reports whether the bus at address accepts connections and does not
// answer before the deadline. One that cannot be reached, or refuses, is not
// silent: the library notices that by itself.
func silent(address string, deadline time.Time) bool {
	for one := range strings.SplitSeq(address, ";") {
		network, where := endpoint(one)
		if network == "" {
			continue // a transport that only the library knows
		}
		//nolint:noctx // before main there is no context; the deadline bounds it
		conn, err := net.DialTimeout(network, where, time.Until(deadline))
		if err != nil {
			if timedOut(err) {
				return true
			}
			continue // the library goes on to the next address, too
		}
		err = greet(conn, deadline)
		_ = conn.Close()
		return timedOut(err)
	}
	return false
}

func timedOut(err error) bool {
	timeout, ok := err.(net.Error) //nolint:errorlint // errors is not imported: see the package's order
	return ok && timeout.Timeout()
}

// endpoint reads one address of the D-Bus specification, "Server Addresses".
func endpoint(address string) (network, where string) {
	transport, rest, _ := strings.Cut(address, ":")
	keys := map[string]string{}
	for pair := range strings.SplitSeq(rest, ",") {
		k, v, _ := strings.Cut(pair, "=")
		keys[k] = unescape(v)
	}
	switch {
	case transport == "unix" && keys["path"] != "":
		return "unix", keys["path"]
	case transport == "unix" && keys["abstract"] != "":
		return "unix", "@" + keys["abstract"]
	case transport == "tcp" && keys["host"] != "":
		return "tcp", net.JoinHostPort(keys["host"], keys["port"])
	}
	return "", ""
}

// unescape undoes %xx.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, err := hex.DecodeString(s[i+1 : i+3]); err == nil {
				b.Write(c)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// greet signs in to the bus as the library does, and waits for the answer to
// its first message: D-Bus specification, "Authentication Protocol" and
// "org.freedesktop.DBus.Hello".
func greet(conn net.Conn, deadline time.Time) error {
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	uid := hex.EncodeToString([]byte(strconv.Itoa(os.Getuid())))
	if _, err := conn.Write([]byte("\x00AUTH EXTERNAL " + uid + "\r\n")); err != nil {
		return err
	}
	var line []byte
	for letter := make([]byte, 1); len(line) < 512 && (len(line) == 0 || line[len(line)-1] != '\n'); {
		if _, err := conn.Read(letter); err != nil {
			return err
		}
		line = append(line, letter[0])
	}
	if !strings.HasPrefix(string(line), "OK") {
		return nil // it answers, though not as wished
	}
	if _, err := conn.Write(append([]byte("BEGIN\r\n"), hello()...)); err != nil {
		return err
	}
	_, err := io.ReadFull(conn, make([]byte, 16)) // the fixed part of any message
	return err
}

// hello is the message of that name, in the format of "Message Protocol".
func hello() []byte {
	var fields []byte
	for _, f := range []struct {
		code, kind byte
		value      string
	}{
		{1, 'o', "/org/freedesktop/DBus"},
		{2, 's', "org.freedesktop.DBus"},
		{3, 's', "Hello"},
		{6, 's', "org.freedesktop.DBus"},
	} {
		fields = append(padded(fields), f.code, 1, f.kind, 0)
		fields = binary.LittleEndian.AppendUint32(fields, uint32(len(f.value))) //nolint:gosec // they stand above
		fields = append(append(fields, f.value...), 0)
	}
	message := []byte{'l', 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0}                  // a call without a body, the first
	message = binary.LittleEndian.AppendUint32(message, uint32(len(fields))) //nolint:gosec // they stand above
	return padded(append(message, fields...))
}

// padded fills up to eight bytes.
func padded(b []byte) []byte {
	for len(b)%8 != 0 {
		b = append(b, 0)
	}
	return b
}

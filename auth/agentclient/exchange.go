package agentclient

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
)

// The agent speaks HTTP. The few lines of it that a client needs are here: half of the
// time that a small program takes to get a token would be the start of net/http.

const (
	// maxHead bounds the head of an answer, in bytes.
	maxHead  = 64 << 10
	statusOK = 200
)

// question is a request. Its values hold no line breaks.
type question struct {
	method, path string
	home         string // quoted; "" if none is named
	body         []byte // JSON; nil for none
}

// text is the request on the wire. In HTTP/1.0 an answer comes in one piece, and the
// connection ends with it (RFC 9112 §6.1, §9.3).
func (q question) text() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.0\r\nHost: claviger\r\n%s: 1\r\n", q.method, q.path, HeaderProgress)
	if q.home != "" {
		fmt.Fprintf(&b, "%s: %s\r\n", HeaderHome, q.home)
	}
	if q.body != nil {
		fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(q.body))
	}
	b.WriteString("\r\n")
	b.Write(q.body)
	return b.Bytes()
}

var (
	errCutOff  = errors.New("its answer is cut off")
	errNotHTTP = errors.New("its answer is not HTTP")
)

// exchange sends a request and reads the answer. It calls heard at each sign of life,
// and when the answer begins.
func exchange(conn net.Conn, q question, heard func()) (status int, body []byte, err error) {
	if _, err := conn.Write(q.text()); err != nil {
		return 0, nil, err
	}
	limit := &io.LimitedReader{R: conn}
	r := textproto.NewReader(bufio.NewReader(limit))
	for {
		limit.N = maxHead
		line, err := r.ReadLine()
		if err != nil {
			return 0, nil, err
		}
		version, rest, _ := strings.Cut(line, " ")
		code, _, _ := strings.Cut(rest, " ")
		status, err := strconv.Atoi(code)
		if err != nil || !strings.HasPrefix(version, "HTTP/1.") || len(code) != 3 {
			return 0, nil, errNotHTTP
		}
		size, err := readHead(r)
		if err != nil {
			return 0, nil, err
		}
		heard()
		if status >= 200 {
			limit.N = maxAnswer + 1
			body, err := readBody(r.R, size)
			return status, body, err
		}
	}
}

// readHead reads the rest of a head; size is that of the body, -1 if it does not say.
func readHead(r *textproto.Reader) (size int64, err error) {
	for size = -1; ; {
		line, err := r.ReadLine()
		if err != nil || line == "" {
			return size, err
		}
		name, value, ok := strings.Cut(line, ":")
		switch {
		case !ok, strings.EqualFold(name, "Transfer-Encoding"): // RFC 9112 §6.1: not to a client of HTTP/1.0
			return 0, errNotHTTP
		case strings.EqualFold(name, "Content-Length"):
			n, err := strconv.ParseUint(strings.Trim(value, " \t"), 10, 31)
			if err != nil || n > maxAnswer || size >= 0 {
				return 0, errNotHTTP
			}
			size = int64(n) // at most 31 bits
		}
	}
}

// readBody reads the rest of an answer.
func readBody(r io.Reader, size int64) ([]byte, error) {
	if size >= 0 {
		r = io.LimitReader(r, size)
	}
	body, err := io.ReadAll(r)
	if err != nil || len(body) > maxAnswer || size >= 0 && int64(len(body)) != size {
		return nil, errCutOff
	}
	return body, nil
}

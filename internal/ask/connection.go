package ask

import (
	"errors"
	"net/url"
	"strings"

	"github.com/claviger/claviger/internal/plain"
)

// ConnectionError is a server to which no trusted connection could be
// made. Why is in the chain: an error of package x509, tls or net.
type ConnectionError struct {
	// Host is the host of the request, with its port if one is named; "" if it is
	// not known.
	Host string
	Err  error
}

// NewConnectionError makes one from an error of net/http, without the address,
// whose query may hold personal data.
func NewConnectionError(host string, err error) *ConnectionError {
	return &ConnectionError{Host: host, Err: WithoutURL(err)}
}

// Error implements error. Such errors quote foreign certificates, so the text
// is made harmless.
func (e *ConnectionError) Error() string {
	cause := strings.TrimSpace(plain.Line(e.Err.Error(), 300))
	if e.Host == "" {
		return cause
	}
	return e.Host + " could not be reached: " + cause
}

// Unwrap returns the cause.
func (e *ConnectionError) Unwrap() error { return e.Err }

// WithoutURL drops the address from an error of net/http.
func WithoutURL(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		return ue.Err
	}
	return err
}

package ask

import (
	"errors"
	"net/url"
	"strings"

	"github.com/claviger/claviger/internal/plain"
)

// ConnectionError is a server to which no connection came about that could be
// trusted. Why is in the chain: an error of package x509, tls or net.
type ConnectionError struct {
	// Host is whom the request was for, with its port where one is named; ""
	// where it is not known.
	Host string
	Err  error
}

// NewConnectionError makes one of an error of net/http, without the address,
// whose query may hold personal data.
func NewConnectionError(host string, err error) *ConnectionError {
	return &ConnectionError{Host: host, Err: WithoutURL(err)}
}

// Error implements error. What a foreign certificate says is in such errors,
// so that the text is made harmless.
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

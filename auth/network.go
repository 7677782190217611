package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"syscall"

	"github.com/claviger/claviger/internal/ask"
)

// requestError turns a failed round trip into an error without address query:
// it wraps [ErrOffline] where the provider was not reached, and is an
// [*AnswerError] where something answered that cannot be trusted. Either holds
// a [*ask.ConnectionError].
func requestError(step Step, err error) error {
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %w", step, context.Canceled)
	}
	if withheld, ok := errors.AsType[*MovedError](err); ok {
		return fmt.Errorf("%s: %w", step, withheld)
	}
	cause := ask.NewConnectionError(hostOf(err), err)
	if t, ok := troubleOf(err); ok && !t.offline() {
		return &AnswerError{Step: step, Reason: t.phrase(), Err: cause}
	}
	return fmt.Errorf("%s: %w: %w", step, ErrOffline, cause)
}

// withoutURL drops the address that net/http puts into its errors, whose query
// may hold what nobody should read.
func withoutURL(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		return ue.Err
	}
	return err
}

// isNetwork reports whether err means that a server was not reached, or not
// long enough.
func isNetwork(err error) bool {
	if t, ok := troubleOf(err); ok {
		return t.offline()
	}
	var (
		ne  net.Error
		ope *net.OpError
		dns *net.DNSError
	)
	return errors.As(err, &dns) || errors.As(err, &ope) ||
		errors.As(err, &ne) && ne.Timeout() ||
		errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.ECONNREFUSED)
}

// statusOf is the HTTP status of the answer that err is about, or 0.
func statusOf(err error) int {
	var (
		refused *ProviderError
		answer  *AnswerError
		other   interface{ HTTPStatus() int }
	)
	switch {
	case errors.As(err, &refused):
		return refused.Status
	case errors.As(err, &answer):
		return answer.Status
	case errors.As(err, &other): // of discovery
		return other.HTTPStatus()
	}
	return 0
}

// offline adds [ErrOffline] to an error of a request made elsewhere that means
// it.
func offline(err error) error {
	var refused *ProviderError
	var answer *AnswerError
	if errors.Is(err, ErrOffline) || errors.As(err, &refused) || errors.As(err, &answer) ||
		errors.Is(err, context.Canceled) || !isNetwork(err) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrOffline, err)
}

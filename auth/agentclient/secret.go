package agentclient

import (
	"fmt"
	"log/slog"
)

// Secret is a token. It prints, marshals and logs as [redacted].
type Secret struct {
	// kept is a pointer because fmt prints what it finds in a field that is not exported
	// as it is, without asking its methods.
	kept *string
}

const redacted = "[redacted]"

// Reveal is the token in clear.
func (s Secret) Reveal() string {
	if s.IsZero() {
		return ""
	}
	return *s.kept
}

// IsZero reports whether there is none.
func (s Secret) IsZero() bool { return s.kept == nil }

// String implements [fmt.Stringer].
func (s Secret) String() string { return redacted }

// GoString implements [fmt.GoStringer].
func (s Secret) GoString() string { return redacted }

// Format implements [fmt.Formatter], so that no verb reaches the token.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// MarshalText implements [encoding.TextMarshaler].
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue implements [slog.LogValuer].
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *Secret) UnmarshalText(text []byte) error {
	*s = Secret{}
	if clear := string(text); clear != "" {
		s.kept = &clear
	}
	return nil
}

package providers

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"unique"
)

// Redacted is what every printed form of a [Secret] shows.
const Redacted = "[redacted]"

// Secret holds a token, client secret, code or verifier. Every way of printing
// it (fmt verbs, JSON, text, slog) shows [Redacted]; only [Secret.Reveal]
// returns the value, so a search for "Reveal(" lists every place where a
// secret leaves its type.
type Secret struct {
	// kept is the zero value if there is none. It is a handle, which compares as the
	// value does, because fmt calls no methods of what it finds in a field that is not
	// exported: there it prints what it sees, and that is an address.
	kept unique.Handle[string]
}

// NewSecret wraps value.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{kept: unique.Make(value)}
}

// Reveal returns the secret itself.
func (s Secret) Reveal() string {
	if s.IsZero() {
		return ""
	}
	return s.kept.Value()
}

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s == Secret{} }

// String returns [Redacted], or "" if there is no secret.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return Redacted
}

// GoString implements [fmt.GoStringer].
func (s Secret) GoString() string { return fmt.Sprintf("Secret(%q)", s.String()) }

// Format implements [fmt.Formatter], so that no verb reaches the value.
func (s Secret) Format(f fmt.State, verb rune) {
	out := s.String()
	switch {
	case verb == 'v' && f.Flag('#'):
		out = s.GoString()
	case verb == 'q':
		out = fmt.Sprintf("%q", out)
	}
	_, _ = f.Write([]byte(out))
}

// MarshalJSON implements [json.Marshaler] with the redacted form.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// MarshalText implements [encoding.TextMarshaler] with the redacted form.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue implements [slog.LogValuer] with the redacted form.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

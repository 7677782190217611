package agentclient

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"unique"
)

// Secret is a token. It prints, marshals and logs as [redacted].
type Secret struct {
	// kept is a handle because fmt prints what it finds in a field that is not exported
	// as it is, without asking its methods.
	kept unique.Handle[string]
}

const redacted = "[redacted]"

// Reveal is the token in clear.
func (s Secret) Reveal() string {
	if s.IsZero() {
		return ""
	}
	return s.kept.Value()
}

// IsZero reports whether there is none.
func (s Secret) IsZero() bool { return s == Secret{} }

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

// MarshalJSON implements [json.Marshaler].
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(redacted) }

// UnmarshalJSON implements [json.Unmarshaler].
func (s *Secret) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	*s = Secret{}
	if text != "" {
		s.kept = unique.Make(text)
	}
	return nil
}

package providers

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// Every way of printing that Go offers shows that there is a secret, and not which.
func TestSecretIsNeverPrinted(t *testing.T) {
	const value = "canary-secret"
	s := NewSecret(value)
	type account struct {
		Token Secret
		Where *Secret
	}
	holder := account{s, &s}
	text := func(v []byte, err error) string {
		if err != nil {
			t.Error(err)
		}
		return string(v)
	}
	log := func(handler func(*bytes.Buffer) slog.Handler) string {
		var b bytes.Buffer
		slog.New(handler(&b)).Info("x", "token", s, "holder", holder)
		return b.String()
	}
	printed := map[string]string{
		"text":         text(s.MarshalText()),
		"JSON":         text(json.Marshal(holder)),
		"a JSON key":   text(json.Marshal(map[Secret]int{s: 1})),
		"XML":          text(xml.Marshal(s)),
		"an XML field": text(xml.Marshal(holder)),
		"an error":     fmt.Errorf("refused: %w", errors.New(fmt.Sprint(s))).Error(),
		"slog, text":   log(func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) }),
		"slog, JSON":   log(func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) }),
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10s", "%.3s"} {
		printed[verb] = fmt.Sprintf(verb, s)
		printed[verb+" of what has one"] = fmt.Sprintf(verb, holder)
	}
	// What fmt finds in a field that is not exported has no methods for it.
	type private struct {
		token  Secret
		inside struct{ token Secret }
		list   []Secret
		where  map[Secret]*Secret
	}
	hidden := private{token: s, list: []Secret{s}, where: map[Secret]*Secret{s: &s}}
	hidden.inside.token = s
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		printed[verb+" of what hides one"] = Redacted + fmt.Sprintf(verb, hidden) + fmt.Sprintf(verb, &hidden)
	}
	for how, got := range printed {
		low := strings.ToLower(got)
		if strings.Contains(low, value) || strings.Contains(low, fmt.Sprintf("%x", value)) {
			t.Errorf("%s shows it: %s", how, got)
		}
		if !strings.Contains(got, Redacted) {
			t.Errorf("%s does not say that there is one: %s", how, got)
		}
	}
	if got := text(json.Marshal(Secret{})); got != `""` {
		t.Errorf("none is %s", got)
	}
}

package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/internal/jq"
)

// MappingError is an answer that one of a provider's expressions could not
// read. It wraps [providers.ErrMapping].
type MappingError struct {
	// Name is the source's name: "Teams".
	Name string
	// Key is the expression's place in the provider's file: "groups[1].items";
	// "" if it is in none.
	Key string
	// Expression is the expression itself.
	Expression string
	// Problem says what did not fit: "cannot iterate over a string".
	Problem phrase.Text
	// Start is how the answer starts, at most 200 characters, without what
	// looks like a secret; "" if there was none.
	Start string

	cause error
}

// Error implements error.
func (e *MappingError) Error() string {
	return fmt.Sprintf("%v: %s: %s", providers.ErrMapping, e.Name, e.Words())
}

// Unwrap returns [providers.ErrMapping] and the cause.
func (e *MappingError) Unwrap() []error { return []error{providers.ErrMapping, e.cause} }

// Words are the error without the source's name.
func (e *MappingError) Words() string {
	text := phrase.Say("{detail}, in the expression {expression}", e.Problem, cleanText(e.Expression, 120))
	if e.Key != "" {
		text = phrase.Say("{detail}, in the expression {expression} ({place})", e.Problem, cleanText(e.Expression, 120), e.Key)
	}
	if e.Start != "" {
		text = phrase.Say("{detail}; the response starts with {start}", text, e.Start)
	}
	return text
}

// unfit makes a [MappingError] of what an expression of a source made of an
// answer. The cancellation of a request stays what it is.
func (id *identifier) unfit(name, key, expr string, problem phrase.Text, input any, cause error) error {
	if errors.Is(cause, context.Canceled) {
		return cause
	}
	e := &MappingError{Name: name, Key: key, Expression: expr, Problem: problem, cause: cause}
	if input != nil {
		e.Start = excerpt(input, id.r.AccessToken)
	}
	return e
}

// jq evaluates one of a source's expressions.
func (id *identifier) jq(ctx context.Context, name, key, expr string, input any) ([]any, error) {
	run := id.expressions.Apart
	if id.p.Origin == providers.BuiltIn || expr == standardMap {
		run = id.expressions.Run // our own expressions, which no one else can change
	}
	values, err := run(ctx, expr, input, id.vars, id.r.IDTokenClaims)
	if err != nil {
		return nil, id.unfit(name, key, expr, jq.Problem(err), input, err)
	}
	return values, nil
}

// truth evaluates a condition on the ID token's claims.
func (id *identifier) truth(ctx context.Context, name, key, expr string) (any, error) {
	values, err := id.jq(ctx, name, key, expr, id.r.IDTokenClaims)
	if err != nil || len(values) == 0 {
		return nil, err
	}
	return values[0], nil
}

// key is the place of a source's expression in the provider's file.
func (id *identifier) key(s *providers.Source, field string) string {
	for i := range id.p.Groups {
		if &id.p.Groups[i].Source == s {
			return fmt.Sprintf("groups[%d].%s", i, field)
		}
	}
	for i := range id.p.Profile.Sources {
		if &id.p.Profile.Sources[i].Source == s {
			return fmt.Sprintf("profile.source[%d].%s", i, field)
		}
	}
	return ""
}

// typeName says what kind of JSON value v is.
func typeName(v any) phrase.Text {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case string:
		return "a string"
	case json.Number, int, int64, float64:
		return "a number"
	case []any:
		return "an array"
	case map[string]any:
		return "an object"
	}
	return "a number" // *big.Int
}

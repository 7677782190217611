package providers

import (
	"slices"
	"strings"
	"time"
)

// TokenType is the standard word for a token type in an answer if BearerTypes has
// it, or else the same word.
func (a *Authorization) TokenType(word string) string {
	if slices.ContainsFunc(a.BearerTypes, func(w string) bool { return strings.EqualFold(w, word) }) {
		return "Bearer"
	}
	return word
}

// maxTokenLifetime is the longest TokenLifetime that a file may have: 10 years.
const maxTokenLifetime = 10 * 365 * 24 * time.Hour

// Lifetime is TokenLifetime, zero if there is none.
func (a *Authorization) Lifetime() time.Duration {
	d, err := time.ParseDuration(a.TokenLifetime)
	if err != nil {
		return 0
	}
	return d
}

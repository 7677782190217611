package providers

import (
	"cmp"
	"net/http"
)

// Try is a request that a provider answers, for a person to try.
type Try struct {
	// Title says what it gives: "My projects".
	Title string `toml:"title"`
	// Method is GET if it is empty.
	Method string `toml:"method"`
	// URL may hold variables. Its origin gets the token, as that of any other address in
	// the file does.
	URL string `toml:"url"`
}

// HTTPMethod is the method, GET if the file names none.
func (t Try) HTTPMethod() string { return cmp.Or(t.Method, http.MethodGet) }

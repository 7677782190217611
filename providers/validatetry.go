package providers

import (
	"net/http"
	"slices"
	"strings"
)

// tries checks the requests to try.
func (v *validator) tries() {
	methods := []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodHead}
	for i, t := range v.p.Try {
		if t.Title == "" {
			v.fail(indexed("try", i, "title"), "is missing")
		}
		if t.URL == "" {
			v.fail(indexed("try", i, "url"), "is missing")
		}
		if !slices.Contains(methods, t.HTTPMethod()) {
			v.fail(indexed("try", i, "method"), "must be one of {names}", strings.Join(methods, ", "))
		}
	}
}

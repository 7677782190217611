package plain

import (
	"fmt"
	"net/http"
	"strings"
)

// Status is an HTTP status for people: "404 Not Found".
func Status(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

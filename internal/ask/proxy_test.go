package ask

import (
	"context"
	"net/http"
	"testing"
)

// TestThisMachineIsNotAskedThroughAProxy, whatever the environment says.
func TestThisMachineIsNotAskedThroughAProxy(t *testing.T) {
	for _, address := range []string{"http://127.0.0.1:80", "https://127.0.0.2", "http://[::1]:81", "http://localhost:82", "https://localhost"} {
		req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		if u, err := proxyFor(req); u != nil || err != nil {
			t.Errorf("%s: %v, %v", address, u, err)
		}
	}
}

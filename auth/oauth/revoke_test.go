package oauth

import (
	"encoding/json"
	"testing"

	"github.com/claviger/claviger/providers"
)

// What a record does not have leaves no empty entry behind.
func TestRevocationBodyWithoutARefreshToken(t *testing.T) {
	body, err := revocationBody(`{"credentials":["{access_token}","{refresh_token}"],"n":1}`, &providers.Provider{}, Tokens{Access: providers.NewSecret(`A"T`)})
	if err != nil {
		t.Fatal(err)
	}
	if data, err := json.Marshal(body); err != nil || string(data) != `{"credentials":["A\"T"],"n":1}` {
		t.Errorf("%s, %v", data, err)
	}
}

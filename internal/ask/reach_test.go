package ask

import (
	"errors"
	"net/url"
	"testing"
)

// Who forgets to say where secrets may go has said nothing: they stay here.
func TestReachOfNothingSaid(t *testing.T) {
	u, err := url.Parse("https://api.example")
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]Reach{"the zero value": {}, "servers without a judge": {Own: []string{"https://id.example"}}} {
		if err := MayReach(Reaching(t.Context(), r), u, true); !errors.Is(err, ErrUnbound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := MayReach(Anywhere(t.Context()), u, true); err != nil {
		t.Error(err)
	}
}

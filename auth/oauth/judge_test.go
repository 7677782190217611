package oauth

import (
	"slices"
	"testing"
)

// One parameter that is encoded wrongly does not cost the others; what is needed
// and cannot be read is not taken.
func TestOddParametersOfAnAnswer(t *testing.T) {
	for query, want := range map[string]struct {
		odd   []string
		taken map[string]string
	}{
		"code=c&state=s&session_state=50%":           {[]string{"session_state"}, map[string]string{"code": "c", "state": "s"}},
		"code=c&state=s&hint=a;b":                    {nil, map[string]string{"code": "c", "state": "s", "hint": "a;b"}},
		"error=e&error_description=100%+off&state=s": {[]string{"error_description"}, map[string]string{"error": "e", "state": "s", "error_description": "100%+off"}},
		"code=%zz&state=s":                           {[]string{"code"}, map[string]string{"state": "s"}},
		"%zz=1&code=c&&=&state=s":                    {nil, map[string]string{"code": "c", "state": "s"}},
		"code=c;state=s":                             {nil, map[string]string{"code": "c;state=s"}},
	} {
		v, odd := responseParams(query)
		if !slices.Equal(odd, want.odd) {
			t.Errorf("%s: odd %q, want %q", query, odd, want.odd)
		}
		for k, value := range want.taken {
			if v.Get(k) != value {
				t.Errorf("%s: %s is %q", query, k, v.Get(k))
			}
		}
	}
}

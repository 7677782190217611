package plain

import "testing"

func TestFold(t *testing.T) {
	for _, s := range []string{"caf\u00e9", "cafe\u0301", "CAF\u00c9", "CAFE\u0301"} {
		if got := Fold(s); got != "caf\u00e9" {
			t.Errorf("%+q becomes %+q", s, got)
		}
	}
}

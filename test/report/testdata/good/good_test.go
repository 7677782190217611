package good

import "testing"

func TestGood(t *testing.T) {
	t.Run("a name/with a slash", func(*testing.T) {})
}

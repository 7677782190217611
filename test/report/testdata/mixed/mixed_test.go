package mixed

import "testing"

func TestGood(t *testing.T) { t.Log("nobody reads this") }

func TestLeftOut(t *testing.T) { t.Skip("no such machine") }

func TestParts(t *testing.T) {
	t.Run("right", func(*testing.T) {})
	t.Run("wrong", func(t *testing.T) { t.Error("two is not three") })
}

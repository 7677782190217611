package coded

import (
	"errors"
	"fmt"
	"testing"
)

type locked struct{}

func (locked) Error() string { return "it is locked" }
func (locked) Code() string  { return "locked" }

func TestOfFindsTheCodeInTheTree(t *testing.T) {
	for err, want := range map[error]string{
		nil:                                      "",
		errors.New("odd"):                        "",
		fmt.Errorf("account x: %w", locked{}):    "locked",
		errors.Join(errors.New("odd"), locked{}): "locked",
	} {
		if got := Of(err); got != want {
			t.Errorf("%v: %q, want %q", err, got, want)
		}
	}
}

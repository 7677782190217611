// Package coded reads the code of an error: a stable short name, such as "locked", that
// packages give their errors which do not import each other.
package coded

import (
	"errors"
)

// Of is the code of err, from the first error of its tree that has a method
// Code() string; "" if none has.
func Of(err error) string {
	var c interface{ Code() string }
	if errors.As(err, &c) {
		return c.Code()
	}
	return ""
}

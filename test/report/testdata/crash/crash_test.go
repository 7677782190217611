package crash

import "testing"

func TestCrash(*testing.T) { panic("out of order") }

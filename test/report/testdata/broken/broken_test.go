package broken

import "testing"

func TestNeverBuilt(*testing.T) { undefined() }

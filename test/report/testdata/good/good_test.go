package good

import "testing"

func TestGood(*testing.T) {}

package idtoken

import (
	"encoding/json"
	"math"
	"testing"
)

func TestClaimTime(t *testing.T) {
	for _, c := range []struct {
		in   any
		want int64 // 0 is no time
	}{
		{float64(1767366245), 1767366245},
		{1767366245, 1767366245},
		{int64(1767366245), 1767366245},
		{json.Number("1767366245"), 1767366245},
		{json.Number("1767366245.75"), 1767366245},
		{json.Number("x"), 0},
		{float64(0), 0},
		{float64(-5), 0},
		{1e300, 0},
		{math.NaN(), 0},
		{float64(lastSecond + 1), 0},
		{"1767366245", 0},
		{nil, 0},
	} {
		got, ok := ClaimTime(c.in)
		if ok != (c.want != 0) || ok && got.Unix() != c.want {
			t.Errorf("ClaimTime(%v) = %v, %v", c.in, got, ok)
		}
	}
}

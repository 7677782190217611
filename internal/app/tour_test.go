package app

import "testing"

func TestTakesColors(t *testing.T) {
	for _, c := range []struct {
		goos string
		vars map[string]string
		want bool
	}{
		{"linux", map[string]string{"TERM": "xterm-256color"}, true},
		{"linux", map[string]string{"TERM": "dumb"}, false},
		{"linux", nil, false},
		{"windows", map[string]string{"WT_SESSION": "id"}, true},
		{"windows", nil, false},
	} {
		if got := takesColors(c.goos, func(name string) string { return c.vars[name] }); got != c.want {
			t.Errorf("%s %v: %v", c.goos, c.vars, got)
		}
	}
}

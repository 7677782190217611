package phrase

import "testing"

func TestFill(t *testing.T) {
	for _, tt := range []struct {
		text   string
		values map[string]string
		want   string
	}{
		{"Frag {provider|den Anbieter}.", map[string]string{"provider": "Acme"}, "Frag Acme."},
		{"Frag {provider|den Anbieter}.", map[string]string{"provider": ""}, "Frag den Anbieter."},
		{"{provider} ist weg, {provider} auch. {provider}!", map[string]string{"provider": ""}, "Der Anbieter ist weg, der Anbieter auch. Der Anbieter!"},
		{"{provider}は、{provider}。{provider}", map[string]string{"provider": ""}, "Der Anbieterは、der Anbieter。Der Anbieter"},
		{"{a} and {b}", map[string]string{"a": "{b}", "b": "{a|x}"}, "{b} and {a|x}"},
		{"{a} and {b}", map[string]string{"a": "1"}, "1 and {b}"},
		{"It says: {a}.", map[string]string{"a": "No."}, "It says: No."},
		{"応答: {a}。", map[string]string{"a": "No."}, "応答: No。"},
		{"{a}…", map[string]string{"a": "No."}, "No.…"},
	} {
		if got := Fill(tt.text, tt.values, "der Anbieter"); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

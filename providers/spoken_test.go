package providers

import (
	"strings"
	"testing"
)

// The steps to register an app are translated for a provider that extends another one,
// too, whose path is its own.
func TestStepsOfAProviderThatExtendsOne(t *testing.T) {
	texts, err := Texts()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, text := range texts {
		known[text] = true
	}
	p, err := preset("oidc")
	if err != nil {
		t.Fatal(err)
	}
	p.rename("mine")
	own := 0
	p.In(func(english string) string {
		if strings.Contains(english, pathBlank) && known[english] {
			own++
			return "bei " + pathBlank
		}
		return english
	})
	if own != 1 || !strings.Contains(p.Client.Help, "bei /callback/mine") || strings.Contains(p.Client.Help, pathBlank) {
		t.Errorf("%d steps: %s", own, p.Client.Help)
	}
}

package words

import (
	"strings"

	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// RuleMeaning says what an account's rule about programs does.
func RuleMeaning(r consent.Rule) string { return plain.Sentences(Said(r.Meaning())) }

// FactText is what a program's question says of it: its own words stay what they are.
func FactText(f consent.Fact) string {
	if f.Said {
		return Said(f.Value)
	}
	return f.Value
}

// RecipientGets says what a server gets from whoever signs in.
func RecipientGets(r providers.Recipient) string {
	out := strings.Split(r.Words(), "; ")
	for i, gets := range out {
		out[i] = Said(gets)
	}
	return strings.Join(out, "; ")
}

package providers

import "github.com/claviger/claviger/providers/internal/jq"

// shared is what the copies of one set's providers have in common.
type shared struct {
	expressions jq.Expressions
	metadata    metadataCache
}

// Expressions are those that the providers of one [Set] share: compiled once, and the
// processes of files' expressions one at a time.
func (p *Provider) Expressions() *jq.Expressions {
	if p.shared == nil {
		return &jq.Expressions{}
	}
	return &p.shared.expressions
}

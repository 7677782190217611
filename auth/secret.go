package auth

import "github.com/claviger/claviger/providers"

// Secret is the redacting type of all tokens, codes and verifiers.
type Secret = providers.Secret

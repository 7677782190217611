package auth

import "claviger/providers"

// Secret is the redacting type of all tokens, codes and verifiers.
type Secret = providers.Secret

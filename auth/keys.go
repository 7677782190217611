package auth

// keyCache holds the key sets of providers.
type keyCache struct{}

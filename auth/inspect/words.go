package inspect

import "github.com/claviger/claviger/internal/phrase"

// Words says what a kind of token is: a short name, and a sentence for readers who do not
// know the standard.
func (k Kind) Words() (name, text phrase.Text) {
	switch k {
	case JWT:
		return "Signed token (JWT)", "Everyone can read it. The signature says who made it."
	case AccessToken:
		return "Access token (JWT)", "It is for an API, which checks it. Everyone can read it."
	case LogoutToken:
		return "Logout token (JWT)", "A provider tells an app with it that a person signed out."
	case Proof:
		return "DPoP proof (JWT)", "It proves for one request that the sender has the key of the token. It brings its public key along."
	case Nested:
		return "Token in a token (nested JWT)", "A signed token whose content is another token."
	case SDJWT:
		return "Token with separate claims (SD-JWT)", "Its holder chooses which claims to disclose. They follow the signed part."
	case Encrypted, EncryptedJWT:
		return "Encrypted token (JWE)", "Only who has the key can read what is inside. The header is readable."
	case PASETO:
		return "PASETO token", "It is no JWT. Claviger does not read tokens of this kind."
	case Broken:
		return "Broken token", "It begins like a JWT and cannot be read as one."
	case Opaque:
	}
	return "Opaque token", "Only the provider can read it."
}

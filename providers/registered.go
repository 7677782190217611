package providers

// Registered is the result of a registration by request (RFC 7591 §3.2.1), as far
// as a provider file holds it.
type Registered struct {
	ClientID string
	// Auth and SecretUse are those of [Client].
	Auth, SecretUse string
	// Redirect is the address that the registration lists.
	Redirect Redirect
	// NoRefresh reports that the registration has no refresh tokens.
	NoRefresh bool
}

// FromRegistration is [FromIssuer] for an app that was registered by request:
// the file says what the registration says.
func FromRegistration(id, name string, r Registered, m *Metadata) ([]byte, error) {
	f, err := fromIssuer(id, name, r.ClientID, m)
	if err != nil {
		return nil, err
	}
	f.Client["auth"], f.Client["secret"], f.Client["by_request"] = r.Auth, r.SecretUse, true
	if r.NoRefresh {
		if f.Scopes == nil {
			f.Scopes = map[string][]string{}
		}
		f.Scopes["offline"] = []string{}
		f.Authorization = map[string]any{"params": map[string]string{"prompt": ""}}
	}
	f.Redirect = r.Redirect.table()
	return f.text()
}

// RegistrationScopes are the scopes to register an app for: those that a file
// made by [FromIssuer] can ask for. None if the issuer does not say which ones it
// knows, since an unknown one can make it refuse the whole registration.
func RegistrationScopes(m *Metadata) ([]string, error) {
	if len(m.ScopesSupported) == 0 {
		return nil, nil
	}
	base, err := preset("oidc")
	if err != nil {
		return nil, err
	}
	s := base.Scopes
	var out []string
	for _, asked := range [][]string{m.known(s.Base), m.knownProfile(s.Profile), m.known(s.Groups), m.known(s.Offline)} {
		out = append(out, asked...)
	}
	return out, nil
}

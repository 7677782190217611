package providers

import (
	"net/url"
	"slices"
	"strings"
)

// Offer is something that a provider can do, or cannot.
type Offer struct {
	// Name is its name: "Device flow".
	Name string `json:"name"`
	// Offered reports whether the provider's metadata announces it.
	Offered bool `json:"offered"`
	// Needed reports that a full sign-in does not work without it.
	Needed bool `json:"needed"`
	// Meaning says in plain words what there is, or what its absence means.
	Meaning string `json:"meaning"`
}

// Offers says what a provider announces of the things that a sign-in can use:
// those that are needed first.
func (m *Metadata) Offers() []Offer {
	out := make([]Offer, 0, 14)
	say := func(name string, needed, offered bool, there, absent string) {
		meaning := absent
		if offered {
			meaning = there
		}
		out = append(out, Offer{name, offered, needed, meaning})
	}
	say("Authorization endpoint", true, m.AuthorizationEndpoint != "", "You can sign in with the browser.", "You cannot sign in with the browser.")
	say("Token endpoint", true, m.TokenEndpoint != "", "A code is exchanged for tokens.", "You cannot sign in.")
	say("Keys", true, m.JWKSURI != "", "ID tokens can be verified.", "ID tokens cannot be verified.")
	say("PKCE", false, slices.Contains(m.CodeChallengeMethods, "S256"),
		"A stolen code is useless.", "S256 is not announced; it is sent anyway.")
	say("Userinfo", false, m.UserinfoEndpoint != "", "The profile is fetched after the sign-in.", "The profile comes from the ID token alone.")
	say("Groups", false, announces(m.ScopesSupported, groupWords) || announces(m.ClaimsSupported, groupWords),
		"A scope or claim for groups or roles is announced.", "No scope or claim for groups is announced; there may still be some.")
	say("Stay signed in", false, len(m.ScopesSupported) == 0 || slices.Contains(m.ScopesSupported, "offline_access"),
		"offline_access can be requested.", "offline_access is not announced: staying signed in may require another scope or a setting.")
	say("Device flow", false, m.DeviceAuthorizationEndpoint != "", "You can sign in with a code on another device.", "Signing in requires a browser on this computer.")
	say("Revocation", false, m.RevocationEndpoint != "", "Signing out revokes access.", "Signing out only removes the account here.")
	say("End session", false, m.EndSessionEndpoint != "", "The browser can be signed out too.", "The browser stays signed in.")
	say("Pushed requests", false, m.PAREndpoint != "", "Requests can bypass the browser (PAR).", "Requests go through the browser, as usual.")
	say("Bound tokens", false, slices.Contains(m.DPoPSigningAlgs, "ES256"),
		"Tokens can be bound to a key, so that a stolen one is useless (DPoP).", "Anyone with a token can use it, as usual (no DPoP).")
	say("Issuer in the response", false, m.IssParameter, "Responses of two providers cannot be mixed up (RFC 9207).", "Responses do not name their issuer (RFC 9207).")
	say("Registration", false, m.RegistrationEndpoint != "", "Apps can be registered automatically (RFC 7591).", "Apps are registered manually.")
	return out
}

// groupWords are what scopes and claims about groups are called.
func groupWords(s string) bool {
	s = strings.ToLower(s)
	return strings.Contains(s, "group") || strings.Contains(s, "role") || strings.Contains(s, "team")
}

func announces(list []string, fits func(string) bool) bool { return slices.ContainsFunc(list, fits) }

// SuggestID makes a provider id from an issuer's host: "login.example.org" gives
// "example". If the host gives none, it is "mine".
func SuggestID(issuer string) string {
	u, err := url.Parse(issuer)
	if err != nil {
		return "mine"
	}
	labels := strings.Split(strings.ToLower(u.Hostname()), ".")
	name := labels[0]
	if len(labels) >= 2 {
		name = labels[len(labels)-2]
	}
	name = strings.Trim(strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' {
			return c
		}
		return -1
	}, name), "-")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		return "mine"
	}
	return name[:min(len(name), 40)]
}

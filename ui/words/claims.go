package words

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers/identity"
)

// Claim is one claim of a token in words.
type Claim struct {
	Name  string
	Value string
	// Meaning says what it is, for readers who do not know the standard.
	Meaning string
	// Mono reports that the value is technical.
	Mono bool
}

// claimOrder has the claims that matter most first.
func claimOrder() []string {
	return []string{
		"iss", "sub", "aud", "azp", "client_id", "exp", "iat", "nbf", "auth_time", "nonce", "at_hash", "c_hash",
		"acr", "amr", "sid", "jti", "scope", "scp", "name", "preferred_username", "email", "email_verified",
	}
}

// Claims puts a token's claims in order and in words. clientID is this app's.
func Claims(claims map[string]any, clientID string, now time.Time) []Claim {
	keys := slices.Sorted(maps.Keys(claims))
	order := claimOrder()
	rank := func(k string) int {
		if i := slices.Index(order, k); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortStableFunc(keys, func(a, b string) int { return rank(a) - rank(b) })
	out := make([]Claim, 0, len(keys))
	for _, k := range keys {
		out = append(out, claim(k, claims[k], clientID, now))
	}
	return out
}

func claim(name string, value any, clientID string, now time.Time) Claim {
	c := Claim{Name: name, Value: plainValue(value), Mono: true, Meaning: claimMeaning(name)}
	switch name {
	case "exp", "iat", "nbf", "auth_time", "updated_at":
		if t, ok := auth.ClaimTime(value); ok {
			c.Value, c.Mono = Clock(now, t), false
			c.Meaning = timeMeaning(name, now, t)
		}
	case "aud", "azp", "client_id":
		c.Meaning = appMeaning(name, value, clientID)
	case "email_verified":
		c.Mono = false
		c.Meaning = "the provider has not verified the address"
		if value == true || value == "true" {
			c.Meaning = "the provider has verified the address"
		}
	case "name", "given_name", "family_name", "nickname", "email", "preferred_username", "locale":
		c.Mono = false
	}
	return c
}

func timeMeaning(name string, now, t time.Time) string {
	rel := Relative(now, t)
	switch name {
	case "exp":
		if t.After(now) {
			return "expires " + rel
		}
		return "expired " + rel
	case "iat":
		return "issued " + rel
	case "nbf":
		if t.After(now) {
			return "not valid yet, " + rel
		}
		return "valid since " + rel
	case "auth_time":
		// When the provider last authenticated the person (OIDC Core §2), by
		// whatever means: with a passkey or a running session there was no password.
		return "you signed in at the provider " + rel
	default:
		return "your details changed " + rel
	}
}

func appMeaning(name string, value any, clientID string) string {
	ours := clientID != "" && containsValue(value, clientID)
	switch {
	case name == "aud" && ours:
		return "for this app"
	case name == "aud":
		return "who it is for"
	case ours:
		return "requested by this app"
	default:
		return "the app that requested it"
	}
}

func containsValue(value any, want string) bool {
	if list, ok := value.([]any); ok {
		return slices.Contains(list, any(want))
	}
	return value == want
}

// claimMeaning says what a claim is (RFC 7519 §4.1, OIDC Core §2 and §5.1, and
// what the well-known providers add).
func claimMeaning(name string) string {
	switch name {
	case "iss":
		return "who issued it"
	case "sub":
		return "your ID at this provider"
	case "nonce":
		return "ties it to this sign-in"
	case "at_hash":
		return "ties it to the access token"
	case "c_hash":
		return "ties it to the code"
	case "acr":
		return "how strongly you authenticated"
	case "amr":
		return "how you authenticated"
	case "sid":
		return "the browser session"
	case "jti":
		return "this token's unique ID"
	case "scope", "scp":
		return "what it allows"
	default:
		return profileMeaning(name)
	}
}

func profileMeaning(name string) string {
	if strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://") {
		return "added by your organisation"
	}
	return map[string]string{
		"name":               "full name",
		"given_name":         "first name",
		"family_name":        "last name",
		"preferred_username": "user name; it can change",
		"login":              "user name; it can change",
		"upn":                "user name; it can change",
		"nickname":           "user name; it can change",
		"email":              "email address",
		"picture":            "picture",
		"locale":             "language",
		"zoneinfo":           "time zone",
		"hd":                 "your organisation",
		"tid":                "your organisation",
		"org_id":             "your organisation",
		"oid":                "your ID in your organisation",
		"groups":             "your groups",
		"role":               "your roles",
		"roles":              "your roles",
		"permissions":        "what you are allowed to do",
		"ver":                "version of the token format",
	}[name]
}

// plainValue writes a value of a JSON document on one line.
func plainValue(v any) string {
	switch x := v.(type) {
	case nil:
		return "none"
	case string:
		return x
	case bool:
		if x {
			return "yes"
		}
		return "no"
	case float64:
		if x == float64(int64(x)) {
			return fmt.Sprintf("%d", int64(x))
		}
		return fmt.Sprint(x)
	case []any:
		parts := make([]string, len(x))
		for i, e := range x {
			parts[i] = plainValue(e)
		}
		return strings.Join(parts, ", ")
	default:
		b, err := json.Marshal(v)
		if err != nil {
			return "cannot be shown"
		}
		return string(b)
	}
}

// HeaderClaims puts a token's header in words (RFC 7515 §4.1).
func HeaderClaims(header map[string]any) []Claim {
	out := make([]Claim, 0, len(header))
	for _, k := range slices.Sorted(maps.Keys(header)) {
		c := Claim{Name: k, Value: plainValue(header[k]), Mono: true}
		switch k {
		case "alg":
			c.Meaning = "how it is signed"
		case "kid":
			c.Meaning = "which key signed it"
		case "typ":
			c.Meaning = "token type"
		case "x5t", "x5t#S256":
			c.Meaning = "fingerprint of the certificate"
		}
		out = append(out, c)
	}
	return out
}

// Fields are all fields that the provider sent about a user, with the meaning
// of those that are known.
func Fields(u identity.User, now time.Time) []Claim { return Claims(u.Claims, "", now) }

// CheckName is a check's name for people.
func CheckName(name string) string {
	switch name {
	case "signature":
		return "Signature"
	case "iss":
		return "Issuer"
	case "aud":
		return "Audience"
	case "azp":
		return "Authorised party"
	case "nonce":
		return "Nonce"
	case "exp":
		return "Not expired"
	case "iat":
		return "Issued"
	case "nbf":
		return "Already valid"
	case "at_hash":
		return "Access token"
	case "sub":
		return "Subject"
	default:
		return Capital(strings.ReplaceAll(name, "_", " "))
	}
}

// CheckSummary counts all checks: what was skipped is not called passed. ok is
// false if one failed, and the text is empty if there was none.
func CheckSummary(checks []auth.Check) (text string, ok bool) {
	passed, failed, skipped := 0, 0, 0
	for _, c := range checks {
		switch c.Outcome {
		case auth.Passed:
			passed++
		case auth.Failed:
			failed++
		case auth.Skipped:
			skipped++
		}
	}
	switch {
	case failed > 0:
		return fmt.Sprintf("%d of %s failed", failed, Count(len(checks), "check")), false
	case passed > 0 && skipped > 0:
		return fmt.Sprintf("%s passed, %d skipped", Count(passed, "check"), skipped), true
	case passed > 0:
		return Count(passed, "check") + " passed", true
	}
	return "", true
}

package words

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/inspect"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers/identity"
	"github.com/claviger/claviger/ui/tongue"
)

// Claim is one claim of a token in words.
type Claim struct {
	Name  string
	Value string
	// Meaning says what it is, for readers who do not know the standard, and Standard
	// where it is defined.
	Meaning, Standard string
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

// Claims puts a token's claims in order and in words. clientID is this app's, own are
// the meanings of its provider's own claims.
func Claims(claims map[string]any, clientID string, own map[string]string, now time.Time) []Claim {
	keys := claimKeys(claims)
	out := make([]Claim, 0, len(keys))
	for _, k := range keys {
		out = append(out, claim(k, claims[k], clientID, own, now))
	}
	return out
}

// claimKeys are the names of claims in order.
func claimKeys(claims map[string]any) []string {
	keys := slices.Sorted(maps.Keys(claims))
	order := claimOrder()
	rank := func(k string) int {
		if i := slices.Index(order, k); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortStableFunc(keys, func(a, b string) int { return rank(a) - rank(b) })
	return keys
}

func claim(name string, value any, clientID string, own map[string]string, now time.Time) Claim {
	m := inspect.ClaimMeaning(name, own)
	c := Claim{Name: name, Value: plainValue(value), Mono: true, Meaning: meaningText(m, own[name]), Standard: m.Standard}
	switch name {
	case "exp", "iat", "nbf", "auth_time", "updated_at":
		if t, ok := idtoken.ClaimTime(value); ok {
			c.Value, c.Mono = Clock(now, t), false
			c.Meaning = timeMeaning(name, now, t)
		}
	case "aud", "azp", "client_id":
		c.Meaning = appMeaning(name, value, clientID)
	case "email_verified":
		c.Mono = false
		c.Meaning = lang.L("the provider has not verified the address")
		if value == true || value == "true" {
			c.Meaning = lang.L("the provider has verified the address")
		}
	case "name", "given_name", "family_name", "nickname", "email", "preferred_username", "locale":
		c.Mono = false
	}
	return c
}

func timeMeaning(name string, now, t time.Time) string {
	when := map[string]any{"When": Relative(now, t)}
	switch name {
	case "exp":
		if t.After(now) {
			return lang.L("expires {{.When}}", when)
		}
		return lang.L("expired {{.When}}", when)
	case "iat":
		return lang.L("issued {{.When}}", when)
	case "nbf":
		if t.After(now) {
			return lang.L("not valid yet, {{.When}}", when)
		}
		return lang.L("valid since {{.When}}", when)
	case "auth_time":
		// When the provider last authenticated the person (OIDC Core §2), by
		// whatever means: with a passkey or a running session there was no password.
		return lang.L("you signed in at the provider {{.When}}", when)
	default:
		return lang.L("your details changed {{.When}}", when)
	}
}

func appMeaning(name string, value any, clientID string) string {
	ours := clientID != "" && containsValue(value, clientID)
	switch {
	case name == "aud" && ours:
		return lang.L("for this app")
	case name == "aud":
		return lang.L("who it is for")
	case ours:
		return lang.L("requested by this app")
	default:
		return lang.L("the app that requested it")
	}
}

func containsValue(value any, want string) bool {
	if list, ok := value.([]any); ok {
		return slices.Contains(list, any(want))
	}
	return value == want
}

// meaningText is a meaning in the person's language. What a provider's file says is
// foreign, and stays as it is.
func meaningText(m inspect.Meaning, own string) string {
	if m.Text == "" || m.Text == own {
		return m.Text
	}
	return tongue.Text(m.Text)
}

// plainValue writes a value of a JSON document on one line.
func plainValue(v any) string {
	switch x := v.(type) {
	case nil:
		return lang.L("none")
	case string:
		return x
	case bool:
		if x {
			return lang.L("yes")
		}
		return lang.L("no")
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
			return lang.L("cannot be shown")
		}
		return string(b)
	}
}

// HeaderClaims puts a token's header in words (RFC 7515 §4.1).
func HeaderClaims(header map[string]any) []Claim {
	out := make([]Claim, 0, len(header))
	for _, k := range slices.Sorted(maps.Keys(header)) {
		m := inspect.HeaderMeaning(k)
		out = append(out, Claim{Name: k, Value: plainValue(header[k]), Mono: true, Meaning: meaningText(m, ""), Standard: m.Standard})
	}
	return out
}

// Fields are all fields that the provider sent about a user, with the meaning
// of those that are known. own are the meanings of the provider's own.
func Fields(u identity.User, own map[string]string, now time.Time) []Claim {
	out := Claims(u.Claims, "", own, now)
	for i, c := range out {
		if inspect.ClaimMeaning(c.Name, nil).TokenOnly && own[c.Name] == "" {
			out[i].Meaning, out[i].Standard = "", ""
		}
	}
	return out
}

// CheckName is a check's name for people.
func CheckName(name string) string {
	switch name {
	case "signature":
		return lang.L("Signature")
	case "iss":
		return lang.L("Issuer")
	case "aud":
		return lang.L("Audience")
	case "azp":
		return lang.L("Authorised party")
	case "nonce":
		return lang.L("Nonce")
	case "exp":
		return lang.L("Not expired")
	case "iat":
		return lang.L("Issued")
	case "nbf":
		return lang.L("Already valid")
	case "at_hash":
		return lang.L("Access token")
	case "sub":
		return lang.L("Subject")
	}
	return anyCheckName(name)
}

// anyCheckName is the name of a check that ID tokens do not have.
func anyCheckName(name string) string {
	switch name {
	case "alg":
		return lang.L("Algorithm")
	case "typ":
		return lang.L("Type")
	case "htm":
		return lang.L("Method of the request")
	case "htu":
		return lang.L("Address of the request")
	case "jti":
		return lang.L("Unique ID")
	}
	return plain.Upper(strings.ReplaceAll(name, "_", " "))
}

// CheckSummary counts all checks: what was skipped is not called passed. ok is
// false if one failed, and the text is empty if there was none.
func CheckSummary(checks []idtoken.Check) (text string, ok bool) {
	passed, failed, skipped := 0, 0, 0
	for _, c := range checks {
		switch c.Outcome {
		case idtoken.Passed:
			passed++
		case idtoken.Failed:
			failed++
		case idtoken.Skipped:
			skipped++
		}
	}
	switch {
	case failed > 0:
		return lang.N("{{.Failed}} of {{.Count}} checks failed", len(checks), map[string]any{"Failed": failed, "Count": len(checks)}), false
	case passed > 0 && skipped > 0:
		return lang.N("{{.Count}} checks passed, {{.Skipped}} skipped", passed, map[string]any{"Count": passed, "Skipped": skipped}), true
	case passed > 0:
		return lang.N("{{.Count}} checks passed", passed, map[string]any{"Count": passed}), true
	}
	return "", true
}

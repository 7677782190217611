package identity

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/internal/world"
)

// builtin is a built-in provider's answers, as it documents them, and what is
// made of them.
type builtin struct {
	environ []string
	// claims are those of the ID token, userinfo what its endpoint answers.
	claims, userinfo string
	scopes           []string
	handlers         map[string]http.HandlerFunc
	user             User // without claims
	groups           []string
	missing          string // part of the only reason
}

func (c *builtin) run(t *testing.T, id string) {
	t.Helper()
	r := Request{Scopes: c.scopes}
	if c.claims != "" {
		if err := json.Unmarshal([]byte(c.claims), &r.IDTokenClaims); err != nil {
			t.Fatal(err)
		}
	}
	handlers := c.handlers
	if c.userinfo != "" {
		handlers = map[string]http.HandlerFunc{"id.example.com/userinfo": world.Reply(c.userinfo)}
		r.Metadata = &providers.Metadata{UserinfoEndpoint: "https://id.example.com/userinfo"}
	}
	p := provider(t, id, append(c.environ, "CLAVIGER_"+strings.ToUpper(strings.ReplaceAll(id, "-", "_"))+"_CLIENT_ID=client-4711")...)
	if err := p.Ready(); err != nil {
		t.Fatal(err)
	}
	got := identityOf(t, world.New(t, handlers), p, r)
	got.User.Claims = nil
	if d := cmp.Diff(c.user, got.User); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(c.groups, names(got.Groups)); d != "" && len(c.groups)+len(got.Groups) > 0 {
		t.Error(d)
	}
	if reasons := fmt.Sprint(got.Missing); (c.missing == "") != (len(got.Missing) == 0) || !strings.Contains(reasons, c.missing) {
		t.Errorf("missing %s, want %q", reasons, c.missing)
	}
}

// TestBuiltInOpenID is the providers whose facts are claims.
func TestBuiltInOpenID(t *testing.T) {
	for name, c := range map[string]builtin{
		"gitlab": {
			claims:   `{"sub":"4102","nickname":"lmoreau","groups_direct":["acme/web"]}`,
			userinfo: `{"sub":"4102","name":"Lea Moreau","nickname":"lmoreau","email":"lea@example.org","email_verified":true,"picture":"https://p/x","groups":["acme","acme/web"]}`,
			user:     User{ID: "4102", Login: "lmoreau", Name: "Lea Moreau", Email: "lea@example.org", EmailVerified: true, Picture: "https://p/x"},
			groups:   []string{"group acme", "group acme/web"},
		},
		"gitlab nulls": {
			environ: []string{"CLAVIGER_GITLAB_HOST=git.example.com"},
			claims:  `{"sub":"4102","nickname":null,"groups_direct":null}`, userinfo: `{"sub":"4102","name":null,"email":null,"groups":null}`,
			user: User{ID: "4102"},
		},
		"okta": {
			environ:  []string{"CLAVIGER_OKTA_ISSUER=https://example.okta.com"},
			claims:   `{"sub":"00u1a2b3"}`,
			userinfo: `{"sub":"00u1a2b3","name":"Aiko Tanaka","preferred_username":"aiko@example.com","email":"aiko@example.com","email_verified":"true","groups":["Everyone","Engineers"]}`,
			user:     User{ID: "00u1a2b3", Login: "aiko@example.com", Name: "Aiko Tanaka", Email: "aiko@example.com", EmailVerified: true},
			groups:   []string{"group Engineers", "group Everyone"},
		},
		"okta nulls": {
			environ: []string{"CLAVIGER_OKTA_ISSUER=https://example.okta.com/oauth2/default"},
			claims:  `{"sub":"00u1a2b3","groups":"One"}`, userinfo: `{"sub":"00u1a2b3","email_verified":"false","email":"a@example.com","groups":null}`,
			user: User{ID: "00u1a2b3", Login: "a@example.com", Email: "a@example.com"}, groups: []string{"group One"},
		},
		"keycloak": {
			environ: []string{"CLAVIGER_KEYCLOAK_HOST=kc.example.com", "CLAVIGER_KEYCLOAK_REALM=acme"},
			claims: `{"sub":"b1","preferred_username":"noor","realm_access":{"roles":["editor"]},"resource_access":{"desk":{"roles":["viewer"]},"account":{"roles":["manage-account",7]}},
				"groups":["/emea/platform","ops"]}`,
			userinfo: `{"sub":"b1","name":"Noor Haddad","email":"noor@example.org","email_verified":false,"groups":["/emea/platform"],"realm_access":{"roles":["editor","auditor"]}}`,
			user:     User{ID: "b1", Login: "noor", Name: "Noor Haddad", Email: "noor@example.org"},
			groups: []string{
				"client role account:manage-account", "role auditor", "client role desk:viewer", "role editor", "group emea/platform", "group ops",
			},
		},
		"keycloak nulls": {
			environ: []string{"CLAVIGER_KEYCLOAK_HOST=kc.example.com/auth", "CLAVIGER_KEYCLOAK_REALM=acme"},
			claims:  `{"sub":"b1","groups":null,"realm_access":{"roles":null},"resource_access":{"desk":null}}`, userinfo: `{"sub":"b1","realm_access":"none","resource_access":[],"groups":"/one"}`,
			user: User{ID: "b1"}, groups: []string{"group one"},
		},
		"cognito": {
			environ:  []string{"CLAVIGER_COGNITO_REGION=eu-central-1", "CLAVIGER_COGNITO_POOL=eu-central-1_Ab"},
			claims:   `{"sub":"7c1e","cognito:username":"omar","cognito:groups":["admins"],"email":"omar@example.com","email_verified":true,"token_use":"id"}`,
			userinfo: `{"sub":"7c1e","username":"omar","name":"Omar Said","email":"omar@example.com","email_verified":"true"}`,
			user:     User{ID: "7c1e", Login: "omar", Name: "Omar Said", Email: "omar@example.com", EmailVerified: true},
			groups:   []string{"group admins"},
		},
		"cognito nulls": {
			environ: []string{"CLAVIGER_COGNITO_REGION=eu-central-1", "CLAVIGER_COGNITO_POOL=eu-central-1_Ab"},
			claims:  `{"sub":"7c1e","cognito:groups":null,"email":"omar@example.com"}`, userinfo: `{"sub":"7c1e","email_verified":"false"}`,
			user: User{ID: "7c1e", Login: "omar@example.com", Email: "omar@example.com"},
		},
		"zitadel": {
			environ: []string{"CLAVIGER_ZITADEL_DOMAIN=z.example.com"},
			claims: `{"sub":"9007","preferred_username":"ida@acme","urn:zitadel:iam:org:project:roles":{"editor":{"28034":"acme.example.com"},"viewer":{"28034":"acme.example.com","5":null}},
				"urn:zitadel:iam:org:project:777:roles":{"auditor":{"6":"other.example.com"}}}`,
			userinfo: `{"sub":"9007","name":"Ida Holm","email":"ida@example.org","email_verified":true,"urn:zitadel:iam:org:project:roles":{"editor":{"28034":"acme.example.com"}}}`,
			user:     User{ID: "9007", Login: "ida@acme", Name: "Ida Holm", Email: "ida@example.org", EmailVerified: true},
			groups: []string{
				"organization 5", "organization acme.example.com", "role auditor", "role editor", "organization other.example.com", "role viewer",
			},
		},
		"zitadel nulls": {
			environ: []string{"CLAVIGER_ZITADEL_DOMAIN=z.example.com"},
			claims:  `{"sub":"9007","urn:zitadel:iam:org:project:roles":null,"urn:zitadel:iam:org:project:8:roles":{"editor":null}}`, userinfo: `{"sub":"9007"}`,
			user: User{ID: "9007"}, groups: []string{"role editor"},
		},
		"authentik": {
			environ:  []string{"CLAVIGER_AUTHENTIK_HOST=auth.example.com", "CLAVIGER_AUTHENTIK_SLUG=claviger"},
			claims:   `{"sub":"f00","preferred_username":"rosa"}`,
			userinfo: `{"sub":"f00","name":"Rosa Diaz","nickname":"rosa","preferred_username":"rosa","email":"rosa@example.org","email_verified":false,"groups":["staff","authentik Admins"]}`,
			user:     User{ID: "f00", Login: "rosa", Name: "Rosa Diaz", Email: "rosa@example.org"},
			groups:   []string{"group authentik Admins", "group staff"},
		},
		"authentik nulls": {
			environ: []string{"CLAVIGER_AUTHENTIK_HOST=auth.example.com", "CLAVIGER_AUTHENTIK_SLUG=claviger"},
			claims:  `{"sub":"f00","groups":[]}`, userinfo: `{"sub":"f00","name":null,"email":null,"groups":null}`,
			user: User{ID: "f00"},
		},
		"dex": {
			environ:  []string{"CLAVIGER_DEX_ISSUER=https://dex.example.com/dex"},
			claims:   `{"sub":"CgYxMjM0NTYSBmdpdGh1Yg","name":"Noor Haddad","preferred_username":"noor","email":"noor@example.org","email_verified":true,"groups":["acme:platform","acme"]}`,
			userinfo: `{"sub":"CgYxMjM0NTYSBmdpdGh1Yg","groups":["acme:platform"]}`,
			user:     User{ID: "CgYxMjM0NTYSBmdpdGh1Yg", Login: "noor", Name: "Noor Haddad", Email: "noor@example.org", EmailVerified: true},
			groups:   []string{"group acme", "group acme:platform"},
		},
		"dex nulls": {
			environ: []string{"CLAVIGER_DEX_ISSUER=https://dex.example.com"},
			claims:  `{"sub":"Cg","email":"n@example.org"}`, userinfo: `{"sub":"Cg","groups":null,"preferred_username":null}`,
			user: User{ID: "Cg", Login: "n@example.org", Email: "n@example.org"},
		},
		"linkedin": {
			claims:   `{"sub":"782bbtaQ","name":"John Doe","iss":"https://www.linkedin.com/oauth"}`,
			userinfo: `{"sub":"782bbtaQ","name":"John Doe","given_name":"John","picture":"https://media.example/x","locale":{"country":"US"},"email":"doe@example.org","email_verified":"true"}`,
			user:     User{ID: "782bbtaQ", Login: "doe@example.org", Name: "John Doe", Email: "doe@example.org", EmailVerified: true, Picture: "https://media.example/x"},
		},
		"linkedin nulls": {
			claims: `{"sub":"782bbtaQ"}`, userinfo: `{"sub":"782bbtaQ","name":"John Doe","picture":null}`,
			user: User{ID: "782bbtaQ", Name: "John Doe"},
		},
		"slack": {
			claims: `{"sub":"U0R7JM","https://slack.com/user_id":"U0R7JM","https://slack.com/team_id":"T0R7GR","email":"kr@example.org","email_verified":true}`,
			userinfo: `{"ok":true,"sub":"U0R7JM","https://slack.com/user_id":"U0R7JM","https://slack.com/team_id":"T0R7GR","name":"Krane","picture":"https://p/x",
				"email":"kr@example.org","email_verified":true,"https://slack.com/team_name":"kraneflannel","https://slack.com/team_domain":"kf"}`,
			user:   User{ID: "U0R7JM", Login: "kr@example.org", Name: "Krane", Email: "kr@example.org", EmailVerified: true, Picture: "https://p/x"},
			groups: []string{"workspace kraneflannel"},
		},
		"slack nulls": {
			claims: `{"sub":"U0R7JM","https://slack.com/team_id":"T0R7GR"}`, userinfo: `{"ok":true,"sub":"U0R7JM","name":null,"https://slack.com/team_name":null,"https://slack.com/team_domain":null}`,
			user: User{ID: "U0R7JM"}, groups: []string{"workspace T0R7GR"},
		},
		"slack refuses with 200": {
			claims: `{"sub":"U0R7JM","email":"kr@example.org"}`, userinfo: `{"ok":false,"error":"missing_scope"}`,
			user: User{ID: "U0R7JM", Login: "kr@example.org", Email: "kr@example.org"}, missing: "was not used",
		},
	} {
		t.Run(name, func(t *testing.T) {
			id, _, _ := strings.Cut(name, " ")
			c.run(t, id)
		})
	}
}

package register

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/providers"
)

// What becomes of a registration is said, and one that another provider here uses
// is not deleted: that one gets the access to it.
func TestLeave(t *testing.T) {
	p := func(id, issuer, client string) *providers.Provider {
		return &providers.Provider{ID: id, Name: "The " + id, Issuer: issuer, Client: providers.Client{ID: client, ByRequest: true}}
	}
	const issuer, by = "https://issuer.example", "If no one else uses it, delete it at the provider manually."
	manual := p("forge", issuer, "c1")
	manual.Client.ByRequest = false
	forge, copied := p("forge", issuer, "c1"), p("forge-2", issuer, "c1")
	access := Access{URI: issuer + "/r/1", Token: providers.NewSecret("canary")}
	for name, c := range map[string]struct {
		removed     *providers.Provider
		others      []*providers.Provider
		access      Access
		refuse      error
		saveErr     error
		says        string
		done        bool
		deleted     int
		kept, freed string // IDs whose access was stored, and removed
	}{
		"by hand":         {removed: manual, done: true},
		"without access":  {removed: forge, says: "Its app registration (client ID c1) cannot be deleted from here. " + by},
		"deleted":         {removed: forge, access: access, says: "Its app registration (client ID c1) was deleted at the provider.", done: true, deleted: 1, freed: "forge"},
		"by an old file":  {removed: manual, access: access, says: "Its app registration (client ID c1) was deleted at the provider.", done: true, deleted: 1, freed: "forge"},
		"refused":         {removed: forge, access: access, refuse: oauth.ErrPlainHTTP, says: "could not be deleted at the provider: ", deleted: 1, freed: "forge"},
		"out of reach":    {removed: forge, access: access, refuse: oauth.ErrOffline, says: "The key for deleting it stays in the vault. To try again, run `claviger providers remove forge`.", deleted: 1},
		"in trouble":      {removed: forge, access: access, refuse: &oauth.AnswerError{Step: stepRegister, Status: 503}, says: "The key for deleting it stays in the vault.", deleted: 1},
		"forbidden":       {removed: forge, access: access, refuse: &oauth.AnswerError{Step: stepRegister, Status: 403}, says: by, deleted: 1, freed: "forge"},
		"key not removed": {removed: forge, access: access, saveErr: errors.New("disk"), says: "was deleted at the provider. The key for deleting it is still in the vault.", deleted: 1},
		"the copy":        {removed: copied, others: []*providers.Provider{forge}, says: "Its app registration (client ID c1) was kept: The forge uses it too.", done: true},
		"the original":    {removed: forge, others: []*providers.Provider{copied}, access: access, says: "Its app registration (client ID c1) was kept: The forge-2 uses it too.", done: true, kept: "forge-2", freed: "forge"},
		"original, disk":  {removed: forge, others: []*providers.Provider{copied}, access: access, saveErr: errors.New("disk"), says: "was kept: The forge-2 uses it too. The key for deleting it is still in the vault."},
		"other issuer":    {removed: forge, others: []*providers.Provider{p("b", "https://b.example", "c1"), p("c", issuer, "c2")}, access: access, says: "was deleted", done: true, deleted: 1, freed: "forge"},
		"defaults again":  {removed: forge, others: []*providers.Provider{p("forge", issuer, "c1")}, access: access, says: "was deleted", done: true, deleted: 1, freed: "forge"},
	} {
		t.Run(name, func(t *testing.T) {
			deleted, kept, freed := 0, "", ""
			says, done := Leaving{
				Provider: c.removed, Others: c.others, Access: c.access,
				Deregister: func(context.Context, Access) error { deleted++; return c.refuse },
				Save: func(_ context.Context, id string, a Access) error {
					switch {
					case c.saveErr != nil:
						return c.saveErr
					case a.IsZero():
						freed = id
					default:
						kept = id
					}
					return nil
				},
			}.Leave(t.Context())
			text := strings.Join(says, " ")
			if !strings.Contains(text, c.says) || c.says == "" && text != "" {
				t.Errorf("says %q, want %q", text, c.says)
			}
			if strings.Contains(text, "..") {
				t.Errorf("%q has a full stop too many", text)
			}
			if diff := cmp.Diff([]any{c.done, c.deleted, c.kept, c.freed}, []any{done, deleted, kept, freed}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

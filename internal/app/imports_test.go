package app

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth/register"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// reviewed is what comes of one record of an export.
func reviewed(t *testing.T, set *providers.Set, name string, content any) vault.Review {
	t.Helper()
	data, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	return reviewImport(set.Lookup, []vault.Incoming{{Name: name, Data: data}})
}

// Whatever an export has for names, each line is one line that Claviger wrote, and
// none is so long that it hides the others.
func TestImportLinesCannotBeForged(t *testing.T) {
	set, long := knownProviders(t), strings.Repeat("x", 20_000)
	for name, tt := range map[string]struct {
		record  string
		content any
	}{
		"ID with a line break": {clientsRecord, map[string]any{"p\nAccount: Ada at Work": "s"}},
		"long ID":              {registrationsRecord, map[string]any{long: map[string]any{"uri": "https://p.example/1", "token": "t"}}},
		"issuer":               {clientsRecord, map[string]any{"p": map[string]any{"secret": "s", "home": map[string]any{"issuer": "https://evil.example\nAccount: Ada at Work"}}}},
		"words for an issuer":  {clientsRecord, map[string]any{"p": map[string]any{"secret": "s", "home": map[string]any{"issuer": "https://p.example, Account: Ada at Work"}}}},
		"long issuer":          {clientsRecord, map[string]any{"p": map[string]any{"secret": "s", "home": map[string]any{"issuer": "https://evil.example/" + long}}}},
		"server":               {registrationsRecord, map[string]any{"p": map[string]any{"uri": "https://p.example/1", "token": "t", "home": map[string]any{"servers": []string{"x\nAccount: Ada at Work"}}}}},
		"address":              {registrationsRecord, map[string]any{"p": map[string]any{"uri": "https://{\nAccount: Ada at Work}/" + long, "token": "t"}}},
		"account": {"abcdefghijkl", map[string]any{
			"version": 1, "id": "abcdefghijkl", "provider": "p", "provider_name": long, "subject": "s",
			"user": map[string]any{"name": "Bob\nAccount: Ada at Work"}, "home": map[string]any{"issuer": "https://evil.example/\n" + long},
		}},
	} {
		found := reviewed(t, set, tt.record, tt.content)
		for _, line := range append(found.Says, found.Asks...) {
			if strings.ContainsAny(line, "\n\r") || len(line) > 2000 || strings.Contains(line, ", Account: Ada") {
				t.Errorf("%s: %.300q", name, line)
			}
		}
		if len(found.Says)+len(found.Asks) == 0 {
			t.Errorf("%s: not a word", name)
		}
	}
}

// What this version cannot read, a later one may: it does not come in unseen.
func TestImportLeavesOutWhatItCannotRead(t *testing.T) {
	set := knownProviders(t)
	account := map[string]any{"version": 2, "id": "abcdefghijkl", "provider": "p", "subject": "s"}
	for name, content := range map[string]any{
		"abcdefghijkl":         account,
		"abcdefghijkl-signout": map[string]any{"version": 2},
		"abcdefghijkl-new":     map[string]any{},
		"settings":             map[string]any{},
		clientsRecord:          []int{1},
		registrationsRecord:    map[string]any{"no id": map[string]any{}},
	} {
		if found := reviewed(t, set, name, content); len(found.Records) > 0 || len(found.Says) != 1 || !strings.HasPrefix(found.Says[0], "Left out") {
			t.Errorf("%s: %+v", name, found)
		}
	}
	for _, name := range []string{"abcdefghijkl-history", "abcdefghijkl-picture"} {
		if found := reviewed(t, set, name, "x"); len(found.Records) != 1 || len(found.Says) != 1 || len(found.Asks) > 0 {
			t.Errorf("%s: %+v", name, found)
		}
	}
}

// The access to a registration of a provider that is not here yet is used only
// where the provider is that comes later.
func TestImportedRegistrationOfAnUnknownProvider(t *testing.T) {
	local := "http://127.0.0.1:9000"
	found := reviewed(t, knownProviders(t), registrationsRecord, map[string]any{"later": map[string]any{
		"uri": local + "/x", "token": "t", "home": map[string]any{"issuer": local, "servers": []string{local}},
	}})
	var all map[string]savedAccess
	if err := json.Unmarshal(found.Records[0].Data, &all); err != nil {
		t.Fatal(err)
	}
	for issuer, want := range map[string]string{local: local, "https://later.example": "an unknown server"} {
		access := register.Access{Home: all["later"].Home}.Of(&providers.Provider{ID: "later", Issuer: issuer})
		if got := access.Home.String(); got != want {
			t.Errorf("with a provider at %s, it goes to %s", issuer, got)
		}
	}
}

// A finished receipt of an export does not end a sign-out that waits here; what else
// lies beside an account is replaced if the person wants that.
func TestImportKeepsReceipts(t *testing.T) {
	set := knownProviders(t)
	receipt := []byte(`{"version":1,"receipt":{"account":"abcdefghijkl"}}`)
	for _, c := range []struct {
		record vault.Incoming
		comes  bool
		says   string
	}{
		{vault.Incoming{Name: "abcdefghijkl-signout", Data: receipt}, true, "receipts of sign-outs: 1"},
		{vault.Incoming{Name: "abcdefghijkl-signout", Data: receipt, Replaces: true}, false, "stay as they are here: 1"},
		{vault.Incoming{Name: "abcdefghijkl-history", Data: []byte(`{"version":1}`), Replaces: true}, true, "receipts of sign-outs: 1"},
	} {
		found := reviewImport(set.Lookup, []vault.Incoming{c.record})
		if comes := len(found.Records) == 1; comes != c.comes || len(found.Says) != 1 || !strings.Contains(found.Says[0], c.says) {
			t.Errorf("%s, there is one here: %v: comes in: %v, told: %q", c.record.Name, c.record.Replaces, comes, found.Says)
		}
	}
}

// What lies beside an account stays out with it: a history without its account
// would be kept for no one to see.
func TestImportLeavesOutWhatBelongsToALeftOutAccount(t *testing.T) {
	set := knownProviders(t)
	newer, good := []byte(`{"version":2}`), []byte(`{"version":1,"id":"mnopqrstuvwx","provider":"p","subject":"s"}`)
	beside := []byte(`{"version":1}`)
	found := reviewImport(set.Lookup, []vault.Incoming{
		{Name: "abcdefghijkl", Data: newer},
		{Name: "abcdefghijkl-history", Data: beside},
		{Name: "abcdefghijkl-picture", Data: beside},
		{Name: "mnopqrstuvwx", Data: good},
		{Name: "mnopqrstuvwx-history", Data: beside},
		{Name: "mnopqrstuvwx-signout", Data: newer},
	})
	var names []string
	for _, r := range found.Records {
		names = append(names, r.Name)
	}
	if diff := cmp.Diff([]string{"mnopqrstuvwx", "mnopqrstuvwx-history"}, names); diff != "" {
		t.Error(diff)
	}
	says := strings.Join(found.Says, "\n")
	if !strings.Contains(says, "receipts of sign-outs: 1") || !strings.Contains(says, "Left out") || !strings.Contains(says, "belong to: 4.") {
		t.Error(says)
	}
}

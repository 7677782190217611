package state

import (
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// VisibleAccounts are the accounts that fit the search.
func (s State) VisibleAccounts() []*auth.Account {
	var out []*auth.Account
	for _, a := range s.ListedAccounts() {
		if s.found(a.Label, a.User.Name, a.User.Login, a.User.Email, a.ProviderName, a.Provider, string(a.State)) {
			out = append(out, a)
		}
	}
	return out
}

// FoundProviders are the providers that fit the search; none without a search.
func (s State) FoundProviders() []*providers.Provider {
	if strings.TrimSpace(s.Search) == "" {
		return nil
	}
	var out []*providers.Provider
	for _, p := range s.Providers {
		if s.found(p.Name, p.ID) {
			out = append(out, p)
		}
	}
	return out
}

// found reports whether every word of the search is in one of the texts.
func (s State) found(texts ...string) bool {
	text := plain.Fold(strings.Join(texts, "\n"))
	for _, word := range strings.Fields(plain.Fold(s.Search)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// RailLine is the line below an account's name in the list: its provider, and for
// one of several accounts of that name also what tells them apart.
func (s State) RailLine(a *auth.Account) string {
	name, provider := words.DisplayName(a), words.ProviderName(a, s.Provider(a.Provider))
	same := func(b *auth.Account) bool { return b.ID != a.ID && strings.EqualFold(words.DisplayName(b), name) }
	if !slices.ContainsFunc(s.Accounts, same) {
		return provider
	}
	for _, text := range []string{a.User.Login, a.User.Email, a.User.ID} {
		if text != "" && text != name {
			return text + " · " + provider
		}
	}
	return provider
}

// ProviderStatus says whether a sign-in can start, in a few words.
func (s State) ProviderStatus(p *providers.Provider) (string, bool) {
	err := p.Ready()
	switch {
	case s.SetupDraft(p.ID):
		return lang.L("Not saved yet"), false
	case err == nil:
		return lang.L("Ready"), true
	case errors.Is(err, providers.ErrNoVariable):
		var blank []string
		for _, v := range Variables(p) {
			if v.Value == "" {
				blank = append(blank, v.Label)
			}
		}
		if len(blank) == 1 && len(blank[0]) <= 16 {
			return lang.L("{{.What}} required", map[string]any{"What": blank[0]}), false
		}
		return lang.L("Setup required"), false
	case errors.Is(err, providers.ErrNoClientID):
		return lang.L("Client ID required"), false
	case errors.Is(err, providers.ErrUnusable):
		return lang.L("Not on a desktop"), false
	default:
		return lang.L("Setup required"), false
	}
}

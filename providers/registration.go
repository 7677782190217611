package providers

import (
	"net/url"
	"strings"

	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/providers/internal/placeholder"
)

// RegistrationPage is the address of the page where an app is registered. A blank
// in it is filled from values. If one is left, or the result is not a web
// address, page is "" and blank names the variable to fill first.
func (p *Provider) RegistrationPage(values map[string]string) (page, blank string) {
	first := ""
	page = placeholder.Each(p.Client.URL, func(name string, _ int) string {
		if first == "" {
			first = name
		}
		v := strings.TrimSpace(values[name])
		if v == "" {
			v = p.Variables[name].Value
		}
		if v == "" && blank == "" {
			blank = name
		}
		return v
	})
	if blank != "" {
		return "", blank
	}
	u, err := url.Parse(page)
	// "https://https://login.example" has the host "https:".
	if first != "" && (err != nil || !ask.Secure(u) || u.Host == "" || strings.HasSuffix(u.Host, ":")) {
		return "", first
	}
	return page, ""
}

// SignOutPage is the page where a person can revoke by hand, "" if there is none or
// a blank in its address is left.
func (p *Provider) SignOutPage() string {
	page := strings.ReplaceAll(p.SignOut.Page, "{client_id}", url.PathEscape(p.Client.ID))
	if strings.Contains(page, "{") {
		return ""
	}
	return page
}

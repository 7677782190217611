package doctor

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
)

// names replaces what is a person's own by placeholders.
type names struct {
	// known has the placeholder of each text, in lower case.
	known map[string]string
	count map[string]int
	// public are hosts of built-in providers that everyone uses.
	public  map[string]bool
	pattern *regexp.Regexp
}

// The kinds of placeholders.
const (
	kindUser     = "user"
	kindHome     = "home"
	kindFolder   = "claviger"
	kindComputer = "computer"
	kindHost     = "host"
	kindProvider = "provider"
	kindAccount  = "account"
	kindPerson   = "person"
	kindGroup    = "group"
	kindEmail    = "email"
	kindAddress  = "address"
	kindClient   = "client"
	kindFile     = "file"
)

// names are those of this computer, this person, and what is in use.
func (e *examination) names(u use) *names {
	n := &names{known: map[string]string{}, count: map[string]int{}, public: map[string]bool{}}
	n.add(kindFolder, e.Home)
	if resolved, err := filepath.EvalSymlinks(e.Home); err == nil {
		n.add(kindFolder, resolved)
	}
	n.add(kindHome, e.Getenv("HOME"))
	if home, err := os.UserHomeDir(); err == nil {
		n.add(kindHome, home)
	}
	if host, err := os.Hostname(); err == nil {
		n.add(kindComputer, host)
	}
	n.add(kindUser, e.Getenv("USER"))
	n.add(kindUser, e.Getenv("LOGNAME"))
	if me, err := user.Current(); err == nil {
		n.add(kindUser, me.Username)
		n.add(kindUser, me.Name)
	}
	for _, v := range []string{"HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy", "ALL_PROXY", "all_proxy"} {
		n.addHost(e.Getenv(v))
	}
	for _, p := range u.providers {
		n.addProvider(p)
	}
	for _, a := range u.accounts {
		n.addAccount(a)
	}
	n.compile()
	return n
}

// common are texts that say nothing of anyone.
func common(text string) bool {
	return slices.Contains([]string{"", "/", ".", "root", "localhost", "user", "home", "active", "offline"}, text)
}

// add gives a text a placeholder, the same as before if it has one.
func (n *names) add(kind, text string) {
	text = strings.ToLower(strings.TrimSpace(text))
	if common(text) || len(text) < 2 || n.known[text] != "" {
		return
	}
	n.count[kind]++
	placeholder := fmt.Sprintf("[%s-%d]", kind, n.count[kind])
	if kind == kindHome || kind == kindFolder || kind == kindUser || kind == kindComputer {
		placeholder = "[" + kind + "]"
	}
	n.known[text] = placeholder
	if escaped := strings.ToLower(url.PathEscape(text)); escaped != text {
		n.known[escaped] = placeholder
	}
}

func (n *names) addHost(address string) {
	if address == "" {
		return
	}
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	if u, err := url.Parse(address); err == nil && !loopback(u.Hostname()) {
		n.add(kindHost, u.Hostname())
	}
}

// addProvider hides a provider of one's own, and what makes a built-in one a company's.
func (n *names) addProvider(p *providers.Provider) {
	own := p.Origin != providers.BuiltIn
	if own {
		n.add(kindProvider, p.ID)
		n.add(kindProvider, p.Name)
	}
	n.add(kindClient, p.Client.ID)
	n.add(kindFile, p.Trust.CAFile)
	for _, v := range p.Variables {
		n.add(kindHost, v.Value)
	}
	for _, address := range []string{
		p.Issuer, p.Endpoints.Authorization, p.Endpoints.Token, p.Endpoints.DeviceAuthorization,
		p.Endpoints.Userinfo, p.Endpoints.JWKS, p.Endpoints.Revocation, p.Endpoints.EndSession,
	} {
		if own || len(p.Variables) > 0 {
			n.addHost(address)
		} else if u, err := url.Parse(address); err == nil {
			n.public[strings.ToLower(u.Hostname())] = true
		}
	}
}

func (n *names) addAccount(a *auth.Account) {
	n.add(kindAccount, a.ID)
	for _, text := range []string{a.User.ID, a.User.Login, a.User.Name, a.Label} {
		n.add(kindPerson, text)
	}
	n.add(kindEmail, a.User.Email)
	for _, g := range a.Groups {
		n.add(kindGroup, g.ID)
		n.add(kindGroup, g.Name)
	}
}

// provider is how a provider is called in a report.
func (n *names) provider(id string) string { return cmp.Or(n.known[strings.ToLower(id)], id) }

// sure is the length from which a text is replaced also within a word.
const sure = 6

// compile makes one pattern of all texts, the longest first.
func (n *names) compile() {
	texts := slices.SortedFunc(maps.Keys(n.known), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	all := make([]string, 0, len(texts))
	for _, text := range texts {
		quoted := regexp.QuoteMeta(text)
		if len(text) < sure {
			quoted = `(?:\b|_)` + quoted + `(?:\b|_)`
			if !wordly(text) {
				quoted = regexp.QuoteMeta(text)
			}
		}
		all = append(all, quoted)
	}
	if len(all) > 0 {
		n.pattern = regexp.MustCompile(`(?i)` + strings.Join(all, "|"))
	}
}

// wordly reports whether a text begins and ends as a word does.
func wordly(text string) bool {
	word := func(c byte) bool { return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' }
	return word(text[0]) && word(text[len(text)-1])
}

// What is replaced wherever it stands, known or not.
var (
	emailText  = `[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*`
	homeText   = `(/home/|/Users/|\\Users\\)[^/\\\s'"]+`
	hostText   = `(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z]`
	numberText = `[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}`
)

// redact replaces all of it. Placeholders of what was not known before are numbered as
// they come.
func (n *names) redact(text string) string {
	if n.pattern != nil {
		text = n.pattern.ReplaceAllStringFunc(text, func(s string) string {
			if p := n.known[strings.ToLower(s)]; p != "" {
				return p
			}
			// With what stands around a short one.
			inner := strings.Trim(s, "_")
			return strings.Replace(s, inner, n.known[strings.ToLower(inner)], 1)
		})
	}
	text = regexp.MustCompile(emailText).ReplaceAllStringFunc(text, func(s string) string { return n.new(kindEmail, s) })
	text = regexp.MustCompile(homeText).ReplaceAllString(text, `${1}[`+kindUser+`]`)
	text = regexp.MustCompile(hostText).ReplaceAllStringFunc(text, func(s string) string {
		if n.public[strings.ToLower(s)] || !isHost(s) {
			return s
		}
		return n.new(kindHost, s)
	})
	return regexp.MustCompile(numberText).ReplaceAllStringFunc(text, func(s string) string {
		at, err := netip.ParseAddr(s)
		if err != nil || at.IsLoopback() || at.IsUnspecified() {
			return s
		}
		return n.new(kindAddress, s)
	})
}

// new is the placeholder of a text that was found by its form.
func (n *names) new(kind, text string) string {
	n.add(kind, text)
	return cmp.Or(n.known[strings.ToLower(text)], text)
}

// isHost reports whether a text of names and dots is a host, and no file of ours, bus name
// or program.
func isHost(text string) bool {
	text = strings.ToLower(text)
	for _, own := range []string{"org.freedesktop.", "org.kde.", "io.github.claviger", "github.com"} {
		if strings.HasPrefix(text, own) {
			return false
		}
	}
	last := text[strings.LastIndexByte(text, '.')+1:]
	return !slices.Contains([]string{
		"json", "toml", "age", "sock", "lock", "service", "socket", "txt", "pem", "crt", "md", "desktop", "plist", "list", "log", "conf", "tmp",
	}, last)
}

func loopback(host string) bool {
	at, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && at.IsLoopback()
}

// kinds are the placeholders that a reader can meet.
func (n *names) kinds() []string {
	seen := map[string]bool{}
	for _, p := range n.known {
		kind, _, _ := strings.Cut(strings.Trim(p, "[]"), "-")
		seen["["+kind+"…]"] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

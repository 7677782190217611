package identity

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/providers"
)

// Bounds of one group source.
const (
	maxPages  = 100
	maxGroups = 10_000
)

// pages reads all pages of a group source and says how many there were. What
// was read before a failure is returned together with the error.
func (id *identifier) pages(ctx context.Context, g *providers.GroupSource, address string) (out []Group, page int, err error) {
	seen := map[string]bool{}
	fail := func(reason phrase.Text, values ...string) ([]Group, int, error) {
		return out[:min(len(out), maxGroups)], page, &RequestError{Name: g.Name, Reason: phrase.Say(reason, values...)}
	}
	for {
		if seen[address] {
			return fail("the pages form a loop; the rest was skipped")
		}
		if page == maxPages {
			return fail("stopped after {count} pages; the rest was skipped", strconv.Itoa(maxPages))
		}
		seen[address] = true
		a, err := id.page(ctx, g, &address, page+1, len(out))
		if err != nil {
			return out, page, err
		}
		page++
		groups, err := id.items(ctx, g, a.body)
		out = append(out, groups...)
		if id.told(g.Name, a) {
			id.inPart(g)
		}
		if err != nil {
			return out, page, err
		}
		next, err := id.next(ctx, g, address, a)
		if tooMany(len(out), next) {
			return fail("stopped after {count} groups; the rest was skipped", strconv.Itoa(maxGroups))
		}
		if err != nil || next == "" {
			return out, page, err
		}
		id.fetch.tell(Progress{Name: g.Name, Page: page, Groups: len(out)})
		address = next
	}
}

// page asks for one page. If the first one is refused, the fallback is asked
// instead, and address is that of the fallback.
func (id *identifier) page(ctx context.Context, g *providers.GroupSource, address *string, page, groups int) (*answer, error) {
	q := question{name: g.Name, address: *address, headers: id.headers(&g.Source), page: page, groups: groups}
	a, err := id.fetch.get(ctx, q)
	var refused *RequestError
	if page > 1 || g.Fallback == "" || !errors.As(err, &refused) || refused.Status != http.StatusForbidden {
		return a, err
	}
	if q.address, err = id.fill(g.Name, g.Fallback); err != nil {
		return nil, err
	}
	*address = q.address
	return id.fetch.get(ctx, q)
}

// tooMany reports whether n groups, and a next page, are more than are kept.
func tooMany(n int, next string) bool {
	return n > maxGroups || n == maxGroups && next != ""
}

// next finds the address of the next page, "" after the last. It must be on
// the host that was asked, because the token goes there.
func (id *identifier) next(ctx context.Context, g *providers.GroupSource, address string, a *answer) (string, error) {
	current, err := url.Parse(address)
	if err != nil {
		return "", &RequestError{Name: g.Name, Reason: "the address is not usable"}
	}
	next := ""
	switch g.Paging {
	case "link":
		next = nextLink(a.header.Values("Link"))
	case "odata":
		if m, ok := a.body.(map[string]any); ok {
			next, _ = m["@odata.nextLink"].(string)
		}
	case "token", "next":
		if next, err = id.nextValue(ctx, g, a.body); err != nil {
			return "", err
		}
		if next != "" && g.Paging == "token" {
			q := current.Query()
			q.Set(g.TokenParam, next)
			u := *current
			u.RawQuery = q.Encode()
			return u.String(), nil
		}
	}
	if next == "" {
		return "", nil
	}
	u, err := current.Parse(next)
	if err != nil || u.Host != current.Host || u.Scheme != current.Scheme || u.User != nil {
		return "", &RequestError{Name: g.Name, Reason: "the next page is on another host, where the token is not sent; the rest was skipped"}
	}
	u.Fragment = ""
	return u.String(), nil
}

// nextValue evaluates the expression for the next page: a text or a number;
// null, false and nothing at all are the end.
func (id *identifier) nextValue(ctx context.Context, g *providers.GroupSource, body any) (string, error) {
	key := id.key(&g.Source, "next_token")
	values, err := id.jq(ctx, g.Name, key, g.NextToken, body)
	if err != nil || len(values) == 0 || values[0] == nil || values[0] == false {
		return "", err
	}
	switch v := values[0].(type) {
	case map[string]any, []any, bool:
		return "", id.unfit(g.Name, key, g.NextToken, phrase.Say("gives {found} instead of the next page", typeName(v)), body, nil)
	}
	return asText(values[0]), nil
}

// nextLink finds the target of rel="next" in Link headers (RFC 8288 §3).
func nextLink(headers []string) string {
	for _, h := range headers {
		for h != "" {
			start := strings.IndexByte(h, '<')
			if start < 0 {
				break
			}
			end := strings.IndexByte(h[start:], '>')
			if end < 0 {
				break
			}
			target := h[start+1 : start+end]
			rel, rest := linkRel(h[start+end+1:])
			for _, r := range strings.Fields(rel) {
				if strings.EqualFold(r, "next") {
					return target
				}
			}
			h = rest
		}
	}
	return ""
}

// linkRel reads the parameters of one link and returns its first rel, and what
// follows after the comma.
func linkRel(s string) (rel, rest string) {
	found := false
	for s != "" {
		s = strings.TrimLeft(s, " \t")
		if s == "" || s[0] == ',' {
			return rel, strings.TrimPrefix(s, ",")
		}
		if s[0] != ';' {
			s = s[1:]
			continue
		}
		var name, value string
		name, value, s = linkParam(s[1:])
		if !found && strings.EqualFold(name, "rel") {
			rel, found = value, true
		}
	}
	return rel, ""
}

func linkParam(s string) (name, value, rest string) {
	end := strings.IndexAny(s, "=;,")
	if end < 0 {
		return strings.TrimSpace(s), "", ""
	}
	name = strings.TrimSpace(s[:end])
	if s[end] != '=' {
		return name, "", s[end:]
	}
	s = strings.TrimLeft(s[end+1:], " \t")
	if !strings.HasPrefix(s, `"`) {
		end = strings.IndexAny(s, ";,")
		if end < 0 {
			return name, strings.TrimSpace(s), ""
		}
		return name, strings.TrimSpace(s[:end]), s[end:]
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == '"':
			return name, b.String(), s[i+1:]
		default:
			b.WriteByte(s[i])
		}
	}
	return name, b.String(), ""
}

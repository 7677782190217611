package providers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Bounds of one group source.
const (
	maxPages  = 100
	maxGroups = 10_000
)

// pages reads all pages of a group source. What was read before a failure is
// returned together with the error.
func (id *identifier) pages(ctx context.Context, g *GroupSource, address string) ([]Group, error) {
	var out []Group
	seen := map[string]bool{}
	for page := 0; ; page++ {
		if seen[address] {
			return out, &RequestError{Name: g.Name, Reason: "the pages go round in a circle; the rest was left out"}
		}
		if page == maxPages {
			return out, &RequestError{Name: g.Name, Reason: fmt.Sprintf("stopped after %d pages; the rest was left out", maxPages)}
		}
		seen[address] = true
		a, err := id.fetch.get(ctx, g.Name, address, id.headers(&g.Source))
		var refused *RequestError
		if page == 0 && g.Fallback != "" && errors.As(err, &refused) && refused.Status == http.StatusForbidden {
			if address, err = id.fill(g.Name, g.Fallback); err != nil {
				return out, err
			}
			a, err = id.fetch.get(ctx, g.Name, address, id.headers(&g.Source))
		}
		if err != nil {
			return out, err
		}
		groups, err := id.items(ctx, g, a.body)
		out = append(out, groups...)
		if err != nil {
			return out, err
		}
		id.hidden(g.Name, a.header)
		next, err := id.next(ctx, g, address, a)
		if tooMany(len(out), next) {
			return out[:maxGroups], &RequestError{Name: g.Name, Reason: fmt.Sprintf("stopped after %d groups; the rest was left out", maxGroups)}
		}
		if err != nil || next == "" {
			return out, err
		}
		address = next
	}
}

// tooMany reports whether n groups, and a next page, are more than are kept.
func tooMany(n int, next string) bool {
	return n > maxGroups || n == maxGroups && next != ""
}

// next finds the address of the next page, "" after the last. It must be on
// the host that was asked, because the token goes there.
func (id *identifier) next(ctx context.Context, g *GroupSource, address string, a *answer) (string, error) {
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
		values, err := id.jq(ctx, g.NextToken, a.body)
		if err != nil {
			return "", &RequestError{Name: g.Name, Reason: "the next page's expression failed", Err: err}
		}
		if len(values) > 0 {
			next = asText(values[0])
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
		return "", &RequestError{Name: g.Name, Reason: "the next page is on another host, where the token is not sent; the rest was left out"}
	}
	u.Fragment = ""
	return u.String(), nil
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

package providers

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/claviger/claviger/providers/internal/jq"
	"github.com/claviger/claviger/providers/internal/placeholder"
)

func (v *validator) profile() {
	for i := range v.p.Profile.Sources {
		s := &v.p.Profile.Sources[i]
		v.source("profile.source", i, &s.Source)
		if s.Read == nil {
			v.expression(indexed("profile.source", i, "map"), s.Map, true)
		}
	}
}

func (v *validator) groups() {
	for i := range v.p.Groups {
		g := &v.p.Groups[i]
		v.source("groups", i, &g.Source)
		if g.Read == nil {
			v.expression(indexed("groups", i, "items"), g.Items, true)
		}
		v.expression(indexed("groups", i, "incomplete"), g.Incomplete, false)
		v.expression(indexed("groups", i, "next_token"), g.NextToken, false)
		v.oneOf(indexed("groups", i, "paging"), g.Paging, "", "link", "odata", "token", "next")
		if (g.Paging == "token" || g.Paging == "next") && g.NextToken == "" {
			v.fail(indexed("groups", i, "next_token"), "is missing; paging {quoted} needs it", strconv.Quote(g.Paging))
		}
		if g.Paging == "token" && g.TokenParam == "" {
			v.fail(indexed("groups", i, "token_param"), "is missing; paging {quoted} needs it", strconv.Quote(g.Paging))
		}
		if g.Paging != "" && g.URL == "" {
			v.fail(indexed("groups", i, "paging"), "requires url; claims have no pages")
		}
	}
}

func (v *validator) source(list string, i int, s *Source) {
	switch {
	case s.URL != "" && s.From != "":
		v.fail(indexed(list, i, "from"), "and url cannot be used together")
	case s.URL == "" && s.From == "":
		v.fail(indexed(list, i, "url"), `is missing; set url, or from = "id_token" or "userinfo"`)
	case s.URL == "":
		v.oneOf(indexed(list, i, "from"), s.From, "id_token", "userinfo")
	}
	v.expression(indexed(list, i, "when"), s.When, false)
	v.headers(indexed(list, i, "headers"), s.Headers)
}

// headers checks request headers and the blanks in them.
func (v *validator) headers(key string, headers map[string]string) {
	for name, value := range headers {
		for _, blank := range placeholder.Names(value) {
			if _, known := v.p.Variables[blank]; !known && blank != "client_id" {
				v.fail(joinKey(key, name), "{blank} is neither {allowed} nor one of the variables", "{"+blank+"}", "{client_id}")
			}
		}
		switch http.CanonicalHeaderKey(name) {
		case "Authorization", "Cookie", "Host", "Proxy-Authorization", "Content-Length":
			v.fail(joinKey(key, name), "is not allowed; the access token is sent automatically")
		}
	}
}

func (v *validator) expression(key, expr string, required bool) {
	if strings.TrimSpace(expr) == "" {
		if required {
			v.fail(key, "is missing; it is a jq expression")
		}
		return
	}
	if v.seen[expr] {
		return
	}
	if _, err := jq.Compile(expr); err != nil {
		v.fail(key, "is not a jq expression: {words}", err.Error())
		return
	}
	v.seen[expr] = true
}

// CheckMappings compiles every expression of the provider. A provider file is
// checked when it is read; this also serves one that a program made. Errors are
// [*FileError] values, joined.
func (p *Provider) CheckMappings() error {
	v := validator{p: p, seen: map[string]bool{}}
	v.profile()
	v.groups()
	return fileErrors(p.Origin, nil, "", v.errs)
}

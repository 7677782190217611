package jq

import (
	"errors"
	"testing"
)

// What only picks, names and compares needs no process.
func TestSimple(t *testing.T) {
	for expr, want := range map[string]bool{
		`{id: (.id|tostring), login, name: (.name // .login), email, picture: .avatar_url}`: true,
		`.groups[]? | {id: .id, name: .display_name, kind: "team"}`:                         true,
		`[.groups[] | select(.active == true) | .name]`:                                     true,
		`.groups | map({id: ., name: .})`:                                                   true,
		`$claims["https://x/roles"] // [] | .[]`:                                            false, // made, then used
		`$vars.org + "/" + .x`:                                                              false,
		`"\(.first) \(.last)"`:                                                              true,
		`if .a then .b else .c end`:                                                         true,
		`[., .] | [., .]`:                                                                   false,
		`([., .]) | [., .]`:                                                                 false,
		`{a: ([., .] | [., .])}`:                                                            false,
		`map([., .]) | map([., .])`:                                                         false,
		`[., .][0] | .`:                                                                     false,
		`(if . then [., .] else . end) | [., .]`:                                            false,
		`(.x, [., .]) | [., .]`:                                                             false,
		`. as $x | $x`:                                                                      false,
		`def a: [., .]; a | a`:                                                              false,
		`.x = 1`:                                                                            false,
		`.x | tonumber`:                                                                     false,
		`..`:                                                                                false,
		`"x" * 1000000`:                                                                     false,
		`(`:                                                                                 false,
	} {
		if got := simple(expr); got != want {
			t.Errorf("%s: simple is %v", expr, got)
		}
	}
}

// A simple expression can name a large part for each small one: what it yields is
// bounded as a tree, and counted no further than the bound.
func TestSimpleYieldsAreBounded(t *testing.T) {
	list := make([]any, 50_000)
	_, err := (&Expressions{}).Apart(t.Context(), `[.[] | $claims.all]`, list, nil, map[string]any{"all": list})
	if !errors.Is(err, ErrEndless) {
		t.Errorf("%v", err)
	}
}

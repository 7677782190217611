package state

import (
	"maps"
	"slices"
	"strings"

	"github.com/claviger/claviger/ui/words"
)

// What a person chose on the page before a sign-in is a draft like typed text:
// each choice that differs from the page's first state is a field of it.
const (
	choiceGroups   = "groups"
	choiceRemember = "remember"
	choicePrompt   = "prompt"
	choiceScope    = "scope "

	scopeOff, scopeOwn = "off", "own"
)

// choose changes a choice of the page before a sign-in, and keeps it.
func (x *Options) choose(change func(*State)) {
	x.update(func(st *State) {
		before := st.Options
		change(st)
		st.Options.Error = ""
		st.keepChoices(before)
	})
}

// keepChoices notes what differs from before. What is changed back does not differ.
func (s *State) keepChoices(before OptionsPage) {
	form, now := s.Options.form(), s.Options
	word := map[bool]string{true: "yes", false: "no"}
	// A choice of two values that changes is either noted now or noted already.
	flip := func(field string, was, is bool) {
		if was == is {
			return
		}
		if _, noted := s.Drafts[form][field]; noted {
			keep(s, form, field, "", "")
		} else {
			keep(s, form, field, word[is], "")
		}
	}
	flip(choiceGroups, before.Groups, now.Groups)
	flip(choiceRemember, before.Remember, now.Remember)
	if now.Prompt != before.Prompt {
		keep(s, form, choicePrompt, now.Prompt, "")
	}
	for _, sc := range before.Scopes {
		if sc.Own && !slices.ContainsFunc(now.Scopes, func(n Scope) bool { return n.Name == sc.Name }) {
			flipScope(s, form, sc.Name, scopeOff)
		}
	}
	for _, sc := range now.Scopes {
		i := slices.IndexFunc(before.Scopes, func(b Scope) bool { return b.Name == sc.Name })
		switch {
		case i < 0:
			flipScope(s, form, sc.Name, scopeOwn)
		case before.Scopes[i].On != sc.On:
			flipScope(s, form, sc.Name, scopeOff)
		}
	}
}

func flipScope(st *State, form Form, name, value string) {
	field := choiceScope + name
	if _, noted := st.Drafts[form][field]; noted {
		value = ""
	}
	keep(st, form, field, value, "")
}

// with are the options with the choices of a draft.
func (o OptionsPage) with(d Draft) OptionsPage {
	if v := d.Value(choiceGroups, ""); v != "" {
		o.Groups = v == "yes" && o.CanGroups
	}
	if v := d.Value(choiceRemember, ""); v != "" {
		o.Remember = v == "yes"
	}
	o.Prompt = d.Value(choicePrompt, "")
	o.MoreOpen = o.Prompt != ""
	o.Scopes = slices.Clone(o.Scopes)
	for _, field := range slices.Sorted(maps.Keys(d)) {
		if strings.HasPrefix(field, WishField("")) {
			o.MoreOpen = true
		}
		name, is := strings.CutPrefix(field, choiceScope)
		if !is {
			continue
		}
		i := slices.IndexFunc(o.Scopes, func(sc Scope) bool { return sc.Name == name })
		switch {
		case d.Value(field, "") == scopeOwn && i < 0:
			o.Scopes = append(o.Scopes, Scope{Name: name, Meaning: words.ScopeMeaning(o.Provider, name), On: true, Own: true})
		case i < 0:
		case o.Scopes[i].Own:
			o.Scopes = slices.Delete(o.Scopes, i, i+1)
		case !o.Scopes[i].Needed:
			o.Scopes[i].On = false
		}
	}
	return o
}

// WishField is the field of a [Wish] in the draft of a sign-in.
func WishField(name string) string { return "wish " + name }

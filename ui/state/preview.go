package state

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
	"github.com/claviger/claviger/ui/words"
)

// Preview is what a mapping makes of the sample.
type Preview struct {
	// Lines are the fields of the user, or the groups.
	Lines []words.Pair
	// Error says why there are none.
	Error string
}

// maxShownGroups bounds the lines of a preview.
const maxShownGroups = 50

// TypeSample takes a sample answer to try a mapping on.
func (x *File) TypeSample(sample string) {
	x.update(func(st *State) { st.File.Sample = sample })
	x.preview()
}

// ChooseMapping tries another mapping.
func (x *File) ChooseMapping(i int) {
	x.update(func(st *State) { st.File.Mapping = i })
	x.preview()
}

// preview tries the chosen mapping on the sample.
func (x *File) preview() {
	f := x.st.File
	if f.draft == nil {
		return
	}
	x.run(slotDraft, func(j *job) {
		p := tryMapping(j, f.draft, f.Mappings, f.Mapping, f.Sample)
		j.commit(func(st *State) { st.File.Preview = p })
	})
}

func tryMapping(ctx context.Context, p *providers.Provider, list []identity.Mapping, index int, sample string) Preview {
	if strings.TrimSpace(sample) == "" || index < 0 || index >= len(list) {
		return Preview{}
	}
	m := list[index]
	got, err := identity.Preview(ctx, p, m, []byte(sample))
	if err != nil {
		return Preview{Error: previewWords(err)}
	}
	if m.Groups {
		return Preview{Lines: groupLines(got.Groups)}
	}
	u := got.User
	verified := ""
	if u.EmailVerified {
		verified = lang.L("yes")
	}
	var lines []words.Pair
	for _, l := range []words.Pair{
		{Label: "id", Value: u.ID},
		{Label: "login", Value: u.Login},
		{Label: "name", Value: u.Name},
		{Label: "email", Value: u.Email},
		{Label: "email_verified", Value: verified},
		{Label: "picture", Value: u.Picture},
	} {
		l.Value = cmp.Or(l.Value, lang.L("(nothing)"))
		lines = append(lines, l)
	}
	return Preview{Lines: lines}
}

func groupLines(groups []identity.Group) []words.Pair {
	if len(groups) == 0 {
		return []words.Pair{{Label: lang.L("Groups"), Value: lang.L("none")}}
	}
	var out []words.Pair
	for _, g := range groups[:min(len(groups), maxShownGroups)] {
		value := g.Name
		if g.ID != g.Name {
			value += "  (" + g.ID + ")"
		}
		out = append(out, words.Pair{Label: g.Kind, Value: value})
	}
	if more := len(groups) - maxShownGroups; more > 0 {
		out = append(out, words.Pair{Label: "", Value: lang.L("and {{.Count}} more", map[string]any{"Count": more})})
	}
	return out
}

// previewWords says why a mapping gives nothing, without the sentinel's words.
func previewWords(err error) string {
	text := strings.Replace(err.Error(), providers.ErrMapping.Error()+": ", "", 1)
	if unfit, ok := errors.AsType[*identity.MappingError](err); ok {
		text = unfit.Words()
	}
	return plain.Sentences(words.Said(text))
}

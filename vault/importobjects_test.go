package vault

import (
	"bytes"
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A record of several things, such as client secrets, is merged: an import takes
// only what it has, and what the vault has besides stays.
func TestImportMergesObjects(t *testing.T) {
	sealed := exported(t, map[string]string{"clients": `{"a":"theirs","c":"new","d":"same"}`})
	for _, tt := range []struct {
		replace    bool
		seen, want string
		replaced   []string
		report     ImportReport
	}{
		{
			false, `{"c":"new"}`, `{"a":"mine","b":"only here","c":"new","d":"same"}`, nil,
			ImportReport{Added: []string{"clients"}, Replaced: []string{}, Kept: []string{"clients"}, Same: []string{}},
		},
		{
			true, `{"a":"theirs","c":"new"}`, `{"a":"theirs","b":"only here","c":"new","d":"same"}`,
			[]string{"a"},
			ImportReport{Added: []string{}, Replaced: []string{"clients"}, Kept: []string{}, Same: []string{}},
		},
	} {
		v, _, _ := fresh(t)
		put(t, v, "clients", `{"a":"mine","b":"only here","d":"same"}`)
		var seen []Incoming
		report, err := v.Import(t.Context(), bytes.NewReader(sealed), exportPassphrase, ImportOptions{
			Replace: tt.replace,
			Rules: ImportRules{Objects: []string{"clients"}, Review: func(in []Incoming) Review {
				seen = in
				return Review{Records: in}
			}},
		})
		if diff := cmp.Diff(tt.report, report); err != nil || diff != "" {
			t.Error(err, diff)
		}
		if diff := cmp.Diff([]Incoming{{"clients", []byte(tt.seen), tt.replace, tt.replaced}}, seen); diff != "" {
			t.Error(diff)
		}
		want(t, v, "clients", tt.want)
	}
}

// What was not shown does not come in: a record that stays as it is, and that the
// vault loses while the person is asked, stays away.
func TestImportBringsOnlyWhatWasReviewed(t *testing.T) {
	sealed := exported(t, map[string]string{"new": "theirs", "other": "theirs", "same": "both"})
	v, _, _ := fresh(t)
	put(t, v, "other", "mine")
	put(t, v, "same", "both")
	report, err := v.Import(t.Context(), bytes.NewReader(sealed), exportPassphrase, ImportOptions{
		Rules: ImportRules{Review: func(in []Incoming) Review { return Review{Records: in} }},
		Agree: func(ctx context.Context, _ Review) error { // another program signs out meanwhile
			for _, name := range []string{"other", "same"} {
				if err := v.Delete(ctx, name); err != nil {
					return err
				}
			}
			return nil
		},
	})
	if diff := cmp.Diff(map[string]string{"new": "theirs"}, contents(t, v)); err != nil || diff != "" {
		t.Error(err, diff)
	}
	want := ImportReport{Added: []string{"new"}, Replaced: []string{}, Kept: []string{"other"}, Same: []string{"same"}}
	if diff := cmp.Diff(want, report); diff != "" {
		t.Error(diff)
	}
}

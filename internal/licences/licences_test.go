package licences_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/internal/licences"
	"github.com/claviger/claviger/internal/licences/collect"
)

// TestLicencesAreUpToDate: every module of the build is there, with its licence of now.
func TestLicencesAreUpToDate(t *testing.T) {
	want, err := collect.Modules(t.Context(), "../..")
	if err != nil {
		t.Fatal(err)
	}
	got, err := licences.All()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("run script/docs: %.2000s", diff)
	}
	if len(got) < 30 {
		t.Errorf("only %d modules", len(got))
	}
	for _, m := range got {
		if len(m.Text) < 200 || m.Kind == "" {
			t.Errorf("%s: %q, %d bytes", m.Path, m.Kind, len(m.Text))
		}
	}
}

// TestTheFileIsSmall: it is in every build.
func TestTheFileIsSmall(t *testing.T) {
	all, err := licences.All()
	if err != nil {
		t.Fatal(err)
	}
	data, err := licences.Pack(all)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > 150<<10 {
		t.Errorf("%d bytes", len(data))
	}
}

package foreign

import (
	"encoding/json"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMembersTakesWhatIsGood(t *testing.T) {
	type document struct {
		Issuer string   `json:"issuer"`
		Scopes []string `json:"scopes,omitempty"`
		Must   bool     `json:"must"`
		Keys   []json.RawMessage
		Own    string `json:"-"`
	}
	for in, want := range map[string]struct {
		doc     document
		dropped []string
	}{
		`{"issuer":"a","scopes":["x","y"],"must":true}`:              {doc: document{Issuer: "a", Scopes: []string{"x", "y"}, Must: true}},
		"\xef\xbb\xbf" + ` {"issuer":"a"} `:                          {doc: document{Issuer: "a"}},
		`{"issuer":"a","scopes":"x y","must":"false"}`:               {doc: document{Issuer: "a"}, dropped: []string{"must", "scopes"}},
		`{"issuer":"a","scopes":["x",1,{},"y"]}`:                     {doc: document{Issuer: "a", Scopes: []string{"x", "y"}}, dropped: []string{"scopes"}},
		`{"issuer":{"a":1},"must":true}`:                             {doc: document{Must: true}, dropped: []string{"issuer"}},
		`{"issuer":null,"scopes":null}`:                              {},
		`{"ISSUER":"b","issuer":"a","-":"x","Own":"y","":"z"}`:       {doc: document{Issuer: "a"}},
		`{"issuer":"a","unknown":{"deep":[[[]]]},"scopes":[]}`:       {doc: document{Issuer: "a", Scopes: []string{}}},
		`{"issuer":"a","scopes":[["nested"]],"must":1,"more":false}`: {doc: document{Issuer: "a", Scopes: []string{}}, dropped: []string{"must", "scopes"}},
	} {
		var got document
		dropped, err := Members([]byte(in), &got)
		if err != nil || cmp.Diff(want.doc, got) != "" || cmp.Diff(want.dropped, dropped) != "" {
			t.Errorf("%s: %v, %v\n%s", in, dropped, err, cmp.Diff(want.doc, got))
		}
	}
	for _, in := range []string{"", "null", "[]", "7", `"x"`, "{", `{"a":1}{}`, "<html>", "\xef\xbb\xbf"} {
		var d document
		if _, err := Members([]byte(in), &d); err == nil {
			t.Errorf("%q is taken for an object", in)
		}
		if _, err := Object([]byte(in)); err == nil {
			t.Errorf("%q is an object", in)
		}
	}
	if _, err := Value([]byte(`{"a":`)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("cut off: %v", err)
	}
}

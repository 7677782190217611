package jq

import (
	"slices"

	"github.com/itchyny/gojq"
)

// simple reports whether an expression only picks, names and compares parts of its
// input, so that each of its steps takes as long as the input is large at most: the
// interpreter can bound it, and it needs no process of its own. A long step
// is possible only with a value that is made and used again, such as a list of itself,
// or a function whose result grows faster than its input.
func simple(expr string) bool {
	q, err := gojq.Parse(expr)
	return err == nil && simpleQuery(q)
}

func simpleQuery(q *gojq.Query) bool {
	if q == nil {
		return true
	}
	if q.Meta != nil || len(q.Imports)+len(q.FuncDefs)+len(q.Patterns) > 0 {
		return false
	}
	if q.Term != nil {
		return simpleTerm(q.Term)
	}
	switch q.Op {
	case gojq.OpComma, gojq.OpAlt, gojq.OpAnd, gojq.OpOr:
	case gojq.OpPipe, gojq.OpEq, gojq.OpNe:
		if builds(q.Left) || q.Op != gojq.OpPipe && builds(q.Right) {
			return false
		}
	default:
		return false
	}
	return simpleQuery(q.Left) && simpleQuery(q.Right)
}

func simpleTerm(t *gojq.Term) bool {
	for _, s := range t.SuffixList {
		if makes(t) || !simpleIndex(s.Index) {
			return false
		}
	}
	kinds := []gojq.TermType{
		gojq.TermTypeIdentity, gojq.TermTypeNull, gojq.TermTypeTrue, gojq.TermTypeFalse, gojq.TermTypeNumber, gojq.TermTypeString,
		gojq.TermTypeIndex, gojq.TermTypeFunc, gojq.TermTypeObject, gojq.TermTypeArray, gojq.TermTypeIf, gojq.TermTypeQuery,
	}
	return slices.Contains(kinds, t.Type) && len(t.Number) <= jqDigits && simpleString(t.Str) && simpleIndex(t.Index) &&
		simpleFunc(t.Func) && simpleObject(t.Object) && simpleIf(t.If) && simpleQuery(t.Query) &&
		(t.Array == nil || simpleQuery(t.Array.Query))
}

func simpleObject(o *gojq.Object) bool {
	return o == nil || !slices.ContainsFunc(o.KeyVals, func(kv *gojq.ObjectKeyVal) bool {
		return !simpleString(kv.KeyString) || !plainQuery(kv.KeyQuery) || !simpleQuery(kv.Val)
	})
}

func simpleIf(i *gojq.If) bool {
	return i == nil || plainQuery(i.Cond) && simpleQuery(i.Then) && simpleQuery(i.Else) && len(i.Elif) == 0
}

// plainQuery is a simple one that makes no list or object.
func plainQuery(q *gojq.Query) bool { return simpleQuery(q) && !builds(q) }

func simpleIndex(i *gojq.Index) bool {
	return i == nil || simpleString(i.Str) && plainQuery(i.Start) && plainQuery(i.End)
}

func simpleString(s *gojq.String) bool {
	return s == nil || !slices.ContainsFunc(s.Queries, func(q *gojq.Query) bool { return !plainQuery(q) })
}

func simpleFunc(f *gojq.Func) bool {
	if f == nil {
		return true
	}
	switch f.Name {
	case "$vars", "$claims", "tostring", "ascii_downcase", "ascii_upcase", "not", "empty", "length", "type", "values":
		return len(f.Args) == 0
	case "select", "split", "startswith", "endswith", "ltrimstr", "rtrimstr", "has":
		return len(f.Args) == 1 && plainQuery(f.Args[0])
	case "map":
		return len(f.Args) == 1 && simpleQuery(f.Args[0])
	}
	return false
}

// builds reports whether a query makes a list or an object.
func builds(q *gojq.Query) bool {
	if q == nil {
		return false
	}
	if q.Term != nil {
		return makes(q.Term)
	}
	return builds(q.Left) || builds(q.Right)
}

func makes(t *gojq.Term) bool {
	return t.Object != nil || t.Array != nil || t.Func != nil && t.Func.Name == "map" ||
		t.If != nil && (builds(t.If.Then) || builds(t.If.Else)) || builds(t.Query)
}

// simpleSize bounds the parts of what a simple expression yields.
const simpleSize = 1 << 20

// parts counts the values in v, those that it holds twice twice, and stops at most.
func parts(v any, most int) int {
	n := 1
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if n += parts(e, most-n); n > most {
				break
			}
		}
	case map[string]any:
		for _, e := range v {
			if n += parts(e, most-n); n > most {
				break
			}
		}
	}
	return n
}

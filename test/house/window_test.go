package house

import (
	"go/ast"
	"slices"
	"testing"
)

// TestPagesDoNotKnowTheStore: the store of the window has the pages, and none of them has
// the store. A page says in fields of its own what it needs of the others.
func TestPagesDoNotKnowTheStore(t *testing.T) {
	h := theHouse(t)
	i := slices.IndexFunc(h.rooms, func(r room) bool { return r.name == "ui/state" })
	if i < 0 {
		t.Fatal("there is no ui/state")
	}
	r := h.rooms[i]
	store := r.types.Scope().Lookup("Store")
	pages := 0
	for _, f := range r.files {
		for _, d := range f.Decls {
			knows := false
			ast.Inspect(d, func(n ast.Node) bool {
				id, ok := n.(*ast.Ident)
				knows = knows || ok && r.uses[id] == store
				return true
			})
			if name := nameOf(d); knows && !slices.Contains([]string{"New", "Store", "Command", "Commands"}, name) {
				t.Errorf("%s: %s knows the store", h.fset.Position(d.Pos()), name)
			}
			if nameOf(d) == "Inspector" || nameOf(d) == "base" {
				pages++
			}
		}
	}
	if pages < 10 || store == nil {
		t.Errorf("only %d things of the inspector and of what pages stand on were found", pages)
	}
}

// nameOf is the name of the type that a declaration is about, or of the function.
func nameOf(d ast.Decl) string {
	switch d := d.(type) {
	case *ast.GenDecl:
		for _, s := range d.Specs {
			if s, ok := s.(*ast.TypeSpec); ok {
				return s.Name.Name
			}
		}
	case *ast.FuncDecl:
		if d.Recv == nil {
			return d.Name.Name
		}
		of := d.Recv.List[0].Type
		if p, ok := of.(*ast.StarExpr); ok {
			of = p.X
		}
		if id, ok := of.(*ast.Ident); ok {
			return id.Name
		}
	}
	return ""
}

package house

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// module begins the import path of each of our packages.
const module = "github.com/claviger/claviger"

// room is one of our packages, without its tests.
type room struct {
	name  string // the import path from the root, such as auth/oauth
	files []*ast.File
	types *types.Package
	uses  map[*ast.Ident]types.Object
}

// listed is a package as `go list -json` describes it.
type listed struct {
	ImportPath, Dir string
	GoFiles         []string
	CgoFiles        []string
	ImportMap       map[string]string
}

func (l listed) ours() bool {
	return l.ImportPath == module || strings.HasPrefix(l.ImportPath, module+"/")
}

// house is all of our packages, and where their lines stand.
type house struct {
	fset  *token.FileSet
	rooms []room
}

// loaded reads our packages once for all tests of a run. It compiles nothing: of C,
// which is in Fyne's tree, no name is looked into.
var loaded = sync.OnceValues(func() (house, error) {
	cmd := exec.Command("go", "list", "-e", "-deps", "-tags", "migrated_fynedo", "-json=ImportPath,Dir,GoFiles,CgoFiles,ImportMap", "./...")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	out, err := cmd.Output()
	if err != nil {
		return house{}, err
	}
	var packages []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listed
		if err := d.Decode(&l); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return house{}, err
		}
		packages = append(packages, l)
	}
	h := house{fset: token.NewFileSet()}
	parsed := h.parse(packages)
	known := map[string]*types.Package{"unsafe": types.Unsafe}
	for i, l := range packages { // each after what it imports
		r, err := h.check(l, parsed[i], known)
		if err != nil {
			return house{}, err
		}
		if l.ours() {
			h.rooms = append(h.rooms, r)
		}
	}
	return h, nil
})

// parse reads the files of packages, several at once. One that cannot be read is
// missed when it is used.
func (h *house) parse(packages []listed) [][]*ast.File {
	out := make([][]*ast.File, len(packages))
	var work sync.WaitGroup
	next := make(chan int)
	for range 4 {
		work.Go(func() {
			for i := range next {
				for _, name := range slices.Concat(packages[i].GoFiles, packages[i].CgoFiles) {
					if f, err := parser.ParseFile(h.fset, filepath.Join(packages[i].Dir, name), nil, parser.SkipObjectResolution); err == nil {
						out[i] = append(out[i], f)
					}
				}
			}
		})
	}
	for i := range packages {
		next <- i
	}
	close(next)
	work.Wait()
	return out
}

// imports finds packages by path.
type imports func(path string) (*types.Package, error)

func (f imports) Import(path string) (*types.Package, error) { return f(path) }

// check finds out what the names in a package stand for. In others' packages, only
// what they declare is of interest, and errors are not.
func (h *house) check(l listed, files []*ast.File, known map[string]*types.Package) (room, error) {
	r := room{name: strings.TrimPrefix(strings.TrimPrefix(l.ImportPath, module), "/"), files: files, uses: map[*ast.Ident]types.Object{}}
	var first error
	c := types.Config{
		IgnoreFuncBodies: !l.ours(),
		FakeImportC:      true,
		Importer: imports(func(path string) (*types.Package, error) {
			if mapped, ok := l.ImportMap[path]; ok {
				path = mapped
			}
			if p, ok := known[path]; ok {
				return p, nil
			}
			return nil, errors.New("not listed")
		}),
		Error: func(err error) {
			if first == nil {
				first = err
			}
		},
	}
	r.types, _ = c.Check(l.ImportPath, h.fset, files, &types.Info{Uses: r.uses}) // the first error is above
	known[l.ImportPath] = r.types
	if !l.ours() {
		first = nil
	}
	return r, first
}

func theHouse(t *testing.T) house {
	t.Helper()
	h, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	if len(h.rooms) < 20 {
		t.Fatalf("only %d packages were found", len(h.rooms))
	}
	return h
}

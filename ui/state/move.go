package state

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/internal/durable"
	"github.com/claviger/claviger/ui/words"
	"github.com/claviger/claviger/vault"
)

// Move is the page that takes the accounts to another computer and here.
type Move struct {
	*base
	// reread lists the accounts that came in.
	reread func()
}

// MovePage is what it shows.
type MovePage struct {
	Form      uint64
	Exporting bool
	Importing bool
	// The outcomes, in words; each error beside what it is about.
	Exported    string
	ExportError string
	ExportAt    ErrorAt
	Imported    string
	ImportError string
	ImportAt    ErrorAt
	// Dropped is the export that was dropped on the window, to be imported.
	Dropped string
	// Agree, if set, is what the person is asked before the export comes in.
	Agree *Agreement
}

// Open shows how accounts get to another computer and here.
func (x *Move) Open() {
	if x.st.Route == RouteLocked {
		return
	}
	x.leave()
	x.update(func(st *State) {
		if st.Move.Exporting || st.Move.Importing {
			st.Move.Form = x.nextForm() // progress is shown there
		} else {
			st.Move = MovePage{Form: x.nextForm()}
		}
		x.goTo(st, RouteMove)
	})
}

// CanExport reports whether a passphrase is one for an export, and says in the
// page why not, before a file is asked for.
func (x *Move) CanExport(passphrase, again string) bool {
	field, problem := checkPassphrase(passphrase, again)
	if x.st.Vault.Protection == vault.None {
		field, problem = "", lang.L("There is nothing to export yet. Sign in first.")
	}
	if x.st.Move.Exporting || x.st.Move.Importing {
		return false
	}
	x.update(func(st *State) {
		st.Move.ExportError, st.Move.ExportAt, st.Move.Exported = problem, x.at(field), ""
	})
	return problem == ""
}

// Export writes all records into one file that the passphrase opens.
func (x *Move) Export(path, passphrase string) {
	if x.st.Route != RouteMove || x.st.Move.Exporting || x.st.Move.Importing {
		return
	}
	x.update(func(st *State) { st.Move.Exporting = true })
	x.run(slotMove, func(j *job) {
		var file bytes.Buffer
		report, err := x.sv.Mover.Export(j, &file, passphrase)
		var writeErr error
		if err == nil {
			writeErr = durable.Replace(path, file.Bytes())
		}
		j.commit(func(st *State) {
			st.Move.Exporting = false
			switch {
			case isLocked(err):
				x.lockedNow(st)
			case err != nil:
				st.Move.ExportError, st.Move.ExportAt = words.OneLine(x.explain(err, nil, "")), x.at("")
			case writeErr != nil:
				st.Move.ExportError, st.Move.ExportAt = lang.L("The file could not be written: {{.Path}}", map[string]any{"Path": path}), x.at("")
			default:
				saved(st, Form(RouteMove))
				st.Move.Form = x.nextForm() // the passphrases are not needed any more
				st.Move.Exported = words.Exported(report, path)
			}
		})
	})
}

// CanImport is CanExport for an import.
func (x *Move) CanImport(passphrase string) bool {
	problem := ""
	if passphrase == "" {
		problem = lang.L("Enter the passphrase of the export.")
	}
	if x.st.Move.Exporting || x.st.Move.Importing {
		return false
	}
	x.update(func(st *State) {
		st.Move.ImportError, st.Move.ImportAt, st.Move.Imported = problem, x.at("theirs"), ""
	})
	return problem == ""
}

// Import takes over the records of an export.
func (x *Move) Import(path, passphrase string, replace bool) {
	x.importVault(path, passphrase, replace, nil)
}

// importVault takes over the records of an export if the person agreed to all
// that is to be asked about it.
func (x *Move) importVault(path, passphrase string, replace bool, agreed []string) {
	if x.st.Route != RouteMove || x.st.Move.Exporting || x.st.Move.Importing {
		return
	}
	x.update(func(st *State) { st.Move.Importing, st.Move.Agree = true, nil })
	x.run(slotMove, func(j *job) {
		found := vault.Review{}
		report, readErr, err := x.importFrom(j, path, passphrase, vault.ImportOptions{
			Replace: replace, Rules: x.sv.ImportRules, Before: x.setUpForImport,
			Agree: func(_ context.Context, review vault.Review) error {
				found = review
				if len(found.Asks) > 0 && !slices.Equal(found.Asks, agreed) {
					return errAsk
				}
				return nil
			},
		})
		status, statusErr := x.sv.Vault.Status(j)
		j.do(func() {
			x.update(func(st *State) {
				st.Move.Importing = false
				if statusErr == nil {
					st.Vault = status
				}
				if done := words.Imported(report) + words.Brought(found); err == nil && readErr == nil || len(report.Added)+len(report.Replaced) > 0 {
					st.Move.Form = x.nextForm()
					st.Move.Imported = done
				}
				switch {
				case errors.Is(err, errAsk):
					st.Move.Agree = &Agreement{
						Question: lang.L("This export also contains secrets or accounts that Claviger cannot check. Import them only if you made this export or trust whoever did."),
						Lines:    found.Asks, path: path, replace: replace,
					}
				case isLocked(err):
					x.lockedNow(st)
				case readErr != nil:
					st.Move.ImportError, st.Move.ImportAt = lang.L("The file could not be read: {{.Path}}", map[string]any{"Path": path}), x.at("")
				case err != nil:
					st.Move.ImportError, st.Move.ImportAt = words.OneLine(x.explain(err, nil, "")), x.at("")
				}
			})
			if !x.st.Locked() {
				x.reread()
			}
		})
	})
}

// errAsk ends an import about which the person is asked first.
var errAsk = errors.New("the person is asked first")

func (x *Move) importFrom(ctx context.Context, path, passphrase string, o vault.ImportOptions) (r vault.ImportReport, readErr, err error) {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() { // a pipe could be waited for
		return r, errors.Join(err, errors.New("not a regular file")), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return r, err, nil
	}
	defer func() { _ = f.Close() }() // only read from
	r, err = x.sv.Mover.Import(ctx, f, passphrase, o)
	return r, nil, err
}

// setUpForImport sets a new vault up, once the export has been found good.
func (x *Move) setUpForImport(ctx context.Context) error {
	status, err := x.sv.Vault.Status(ctx)
	if err != nil || status.Protection != vault.None {
		return err
	}
	return x.sv.Vault.Setup(ctx, "")
}

// Agree imports the export that the person was asked about. If it brings
// something else by now, they are asked again.
func (x *Move) Agree(passphrase string) {
	if a := x.st.Move.Agree; a != nil && x.CanImport(passphrase) {
		x.importVault(a.path, passphrase, a.replace, a.Lines)
	}
}

// take shows the page with an export that was dropped on the window.
func (x *Move) take(path string) {
	x.Open()
	x.update(func(st *State) { st.Move.Dropped = path })
}

// forget drops what was said of exports and imports.
func (x *Move) forget(st *State) {
	x.drop(slotMove)
	st.Move = MovePage{}
}

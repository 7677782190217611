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

// MovePage takes the accounts to another computer and here.
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

// OpenMove shows how accounts get to another computer and here.
func (s *Store) OpenMove() {
	if s.st.Route == RouteLocked {
		return
	}
	s.leave()
	s.update(func(st *State) {
		if st.Move.Exporting || st.Move.Importing {
			st.Move.Form = s.nextForm() // progress is shown there
		} else {
			st.Move = MovePage{Form: s.nextForm()}
		}
		s.goTo(st, RouteMove)
	})
}

// CanExport reports whether a passphrase is one for an export, and says in the
// page why not, before a file is asked for.
func (s *Store) CanExport(passphrase, again string) bool {
	field, problem := checkPassphrase(passphrase, again)
	if s.st.Vault.Protection == vault.None {
		field, problem = "", lang.L("There is nothing to export yet. Sign in first.")
	}
	if s.st.Move.Exporting || s.st.Move.Importing {
		return false
	}
	s.update(func(st *State) {
		st.Move.ExportError, st.Move.ExportAt, st.Move.Exported = problem, s.at(field), ""
	})
	return problem == ""
}

// ExportVault writes all records into one file that the passphrase opens.
func (s *Store) ExportVault(path, passphrase string) {
	if s.st.Route != RouteMove || s.st.Move.Exporting || s.st.Move.Importing {
		return
	}
	s.update(func(st *State) { st.Move.Exporting = true })
	s.run(slotMove, func(j *job) {
		var file bytes.Buffer
		report, err := s.sv.Mover.Export(j, &file, passphrase)
		var writeErr error
		if err == nil {
			writeErr = durable.Replace(path, file.Bytes())
		}
		j.commit(func(st *State) {
			st.Move.Exporting = false
			switch {
			case isLocked(err):
				s.lockedNow(st)
			case err != nil:
				st.Move.ExportError, st.Move.ExportAt = words.OneLine(s.explain(err, nil, "")), s.at("")
			case writeErr != nil:
				st.Move.ExportError, st.Move.ExportAt = lang.L("The file could not be written: {{.Path}}", map[string]any{"Path": path}), s.at("")
			default:
				saved(st, Form(RouteMove))
				st.Move.Form = s.nextForm() // the passphrases are not needed any more
				st.Move.Exported = words.Exported(report, path)
			}
		})
	})
}

// CanImport is CanExport for an import.
func (s *Store) CanImport(passphrase string) bool {
	problem := ""
	if passphrase == "" {
		problem = lang.L("Enter the passphrase of the export.")
	}
	if s.st.Move.Exporting || s.st.Move.Importing {
		return false
	}
	s.update(func(st *State) {
		st.Move.ImportError, st.Move.ImportAt, st.Move.Imported = problem, s.at("theirs"), ""
	})
	return problem == ""
}

// ImportVault takes over the records of an export.
func (s *Store) ImportVault(path, passphrase string, replace bool) {
	s.importVault(path, passphrase, replace, nil)
}

// importVault takes over the records of an export if the person agreed to all
// that is to be asked about it.
func (s *Store) importVault(path, passphrase string, replace bool, agreed []string) {
	if s.st.Route != RouteMove || s.st.Move.Exporting || s.st.Move.Importing {
		return
	}
	s.update(func(st *State) { st.Move.Importing, st.Move.Agree = true, nil })
	s.run(slotMove, func(j *job) {
		found := vault.Review{}
		report, readErr, err := s.importFrom(j, path, passphrase, vault.ImportOptions{
			Replace: replace, Rules: s.sv.ImportRules, Before: s.setUpForImport,
			Agree: func(_ context.Context, review vault.Review) error {
				found = review
				if len(found.Asks) > 0 && !slices.Equal(found.Asks, agreed) {
					return errAsk
				}
				return nil
			},
		})
		status, statusErr := s.sv.Vault.Status(j)
		j.do(func() {
			s.update(func(st *State) {
				st.Move.Importing = false
				if statusErr == nil {
					st.Vault = status
				}
				if done := words.Imported(report) + words.Brought(found); err == nil && readErr == nil || len(report.Added)+len(report.Replaced) > 0 {
					st.Move.Form = s.nextForm()
					st.Move.Imported = done
				}
				switch {
				case errors.Is(err, errAsk):
					st.Move.Agree = &Agreement{
						Question: lang.L("This export also contains secrets or accounts that Claviger cannot check. Import them only if you made this export or trust whoever did."),
						Lines:    found.Asks, path: path, replace: replace,
					}
				case isLocked(err):
					s.lockedNow(st)
				case readErr != nil:
					st.Move.ImportError, st.Move.ImportAt = lang.L("The file could not be read: {{.Path}}", map[string]any{"Path": path}), s.at("")
				case err != nil:
					st.Move.ImportError, st.Move.ImportAt = words.OneLine(s.explain(err, nil, "")), s.at("")
				}
			})
			if !s.st.Locked() {
				s.watch()
				s.reload(nil)
			}
		})
	})
}

// errAsk ends an import about which the person is asked first.
var errAsk = errors.New("the person is asked first")

func (s *Store) importFrom(ctx context.Context, path, passphrase string, o vault.ImportOptions) (r vault.ImportReport, readErr, err error) {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() { // a pipe could be waited for
		return r, errors.Join(err, errors.New("not a regular file")), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return r, err, nil
	}
	defer func() { _ = f.Close() }() // only read from
	r, err = s.sv.Mover.Import(ctx, f, passphrase, o)
	return r, nil, err
}

// setUpForImport sets a new vault up, once the export has been found good.
func (s *Store) setUpForImport(ctx context.Context) error {
	status, err := s.sv.Vault.Status(ctx)
	if err != nil || status.Protection != vault.None {
		return err
	}
	return s.sv.Vault.Setup(ctx, "")
}

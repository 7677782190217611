package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
)

// ImportOptions are choices of [Vault.Import].
type ImportOptions struct {
	// Replace replaces records that the vault already has.
	Replace bool
	// Rules say which parts of the export may be stored; the zero value takes it as it is.
	Rules ImportRules
	// Agree, if set, is called with what the rules found, before anything is
	// changed. An error ends the import.
	Agree func(ctx context.Context, found Review) error
	// Before, if set, is called once the whole export has been found good and
	// before anything is changed: the place to set up a new vault. An error
	// ends the import.
	Before func(ctx context.Context) error
}

// ImportRules are what the owner of the records knows about them: only whoever
// made an export vouches for what is in it.
type ImportRules struct {
	// Objects are the names of records that are JSON objects: each of their entries
	// is taken over by itself.
	Objects []string
	// Owner, if set, is the name of the record that one with this name lies beside;
	// "" if there is none. If the vault keeps its own owner, it keeps what lies
	// beside it, also if that is nothing. An owner comes before it in order of names.
	Owner func(name string) string
	// Review, if set, gets the records that would be stored, by name.
	Review func(in []Incoming) Review
}

// Incoming is a record of an export that is new here, or differs from the vault's.
type Incoming struct {
	Name string
	Data []byte
	// Replaces means that the vault has a record of that name. Of one of
	// [ImportRules.Objects], Data has only the entries that would be stored, and
	// ReplacedKeys those of them that the vault has with other contents.
	Replaces     bool
	ReplacedKeys []string
}

// Review is what an import would bring.
type Review struct {
	// Says are lines that name it, Asks are lines about the part that comes in only
	// if the person agrees.
	Says, Asks []string
	// Records are what may be stored, which can be less than the export has, and
	// different.
	Records []Incoming
}

// ImportReport is the outcome of [Vault.Import]: the names of the records.
type ImportReport struct {
	// Added were not in the vault, or only entries were added to them.
	Added []string `json:"added"`
	// Replaced were in the vault with other contents, which are gone.
	Replaced []string `json:"replaced"`
	// Kept are in the vault with other contents, which were left as they are, all
	// or some.
	Kept []string `json:"kept"`
	// Same are in the vault with the same contents.
	Same []string `json:"same"`
}

// Import takes over the records of an export. All of it is read and checked
// before the first record is stored: input that is not a complete export changes
// nothing, and gives an error that wraps [ErrExport], [ErrNewerExport],
// [ErrTooLarge] or [ErrWrongPassphrase]. Each record is stored by itself,
// under its lock; if that fails in the middle, the report says what is done, and
// importing again does the rest. A record of a newer version is
// never replaced.
func (v *Vault) Import(ctx context.Context, r io.Reader, passphrase string, o ImportOptions) (ImportReport, error) {
	report := ImportReport{Added: []string{}, Replaced: []string{}, Kept: []string{}, Same: []string{}}
	if err := v.begin(ctx); err != nil {
		return report, err
	}
	records, err := openExport(r, passphrase)
	if err != nil {
		return report, err
	}
	if _, err := v.keys.unlocked(ctx); err != nil && !errors.Is(err, ErrNotSetUp) {
		return report, err
	}
	if err := v.review(ctx, records, o, &report); err != nil {
		return report, err
	}
	if o.Before != nil {
		if err := o.Before(ctx); err != nil {
			return report, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(records)) {
		list, err := v.merge(ctx, name, records[name], o, &report)
		if err != nil {
			return report, err
		}
		*list = append(*list, name)
	}
	return report, nil
}

// review lets the caller judge what would be stored, and changes records to what
// it wants.
func (v *Vault) review(ctx context.Context, records map[string][]byte, o ImportOptions, report *ImportReport) error {
	in, err := v.incoming(ctx, records, o, report)
	if err != nil || o.Rules.Review == nil {
		return err
	}
	found := o.Rules.Review(in)
	if o.Agree != nil {
		if err := o.Agree(ctx, found); err != nil {
			return err
		}
	}
	clear(records)
	for _, r := range found.Records {
		records[r.Name] = r.Data
	}
	return nil
}

// incoming are the records that would be stored. What stays as it is leaves records
// here: if the vault loses it while the person is asked, it does not come in unseen.
func (v *Vault) incoming(ctx context.Context, records map[string][]byte, o ImportOptions, report *ImportReport) ([]Incoming, error) {
	var in []Incoming
	for _, name := range slices.Sorted(maps.Keys(records)) {
		old, err := v.Get(ctx, name)
		r := Incoming{Name: name, Data: records[name], Replaces: err == nil}
		stays := &report.Kept
		switch {
		case errors.Is(err, ErrNewer):
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, ErrDamaged), errors.Is(err, ErrNotSetUp):
			stays = nil
		case err != nil:
			return nil, err
		case bytes.Equal(old, r.Data):
			stays = &report.Same
		case slices.Contains(o.Rules.Objects, name):
			stays = r.onlyNew(old, o.Replace, report)
		case o.Replace:
			stays = nil
		}
		if stays == nil && o.Rules.Owner != nil && slices.Contains(report.Kept, o.Rules.Owner(name)) {
			stays = &report.Kept
		}
		if stays != nil {
			*stays = append(*stays, name)
			delete(records, name)
			continue
		}
		records[name] = r.Data
		in = append(in, r)
	}
	return in, nil
}

// merge takes over one record and returns the list that it belongs to. Under
// its lock, a refresh of the account that is under way ends first.
func (v *Vault) merge(ctx context.Context, name string, data []byte, o ImportOptions, r *ImportReport) (*[]string, error) {
	release, err := v.LockRecord(ctx, name)
	if err != nil {
		return nil, err
	}
	defer release()
	old, err := v.Get(ctx, name)
	list := &r.Replaced
	switch {
	case errors.Is(err, ErrNewer):
		return &r.Kept, nil
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, ErrDamaged):
		list = &r.Added // a damaged one was set aside
	case err != nil:
		return nil, err
	case bytes.Equal(old, data):
		return &r.Same, nil
	case slices.Contains(o.Rules.Objects, name):
		if data, list = mergeObjects(old, data, o.Replace, r); list == &r.Kept {
			return list, nil
		}
	case !o.Replace:
		return &r.Kept, nil
	}
	if err := v.Put(ctx, name, data); err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	return list, nil
}

package vault

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"filippo.io/age"
)

// ExportFormat is the version of the exports that this package writes. It
// reads all versions up to it.
const ExportFormat = 1

// What an export can hold. Export and Import both keep to it, so that every
// export can be imported.
const (
	maxExport        = 256 << 20 // bytes of all records together
	maxExportRecords = 10_000
)

// The names in an export.
const (
	exportMark   = "claviger-export.json"
	exportPrefix = "records/"
)

// exportHead is the first file of an export.
type exportHead struct {
	Format  int    `json:"format"`
	Created string `json:"created"`
}

// ExportReport is the outcome of [Vault.Export].
type ExportReport struct {
	Records int `json:"records"`
	// LeftOut names each record that could not be read and says why.
	LeftOut []Damage `json:"left_out"`
}

var errNoPassphrase = errors.New("vault: an export needs a passphrase")

// Export writes all records to w as one age file that passphrase opens. A
// record that is damaged or of a newer version is left out, and the report says
// so. An error wrapping [ErrTooLarge] means that the vault has more than an import
// takes. After any error, what was written is not a complete export.
func (v *Vault) Export(ctx context.Context, w io.Writer, passphrase string) (ExportReport, error) {
	r := ExportReport{LeftOut: []Damage{}}
	if err := v.begin(ctx); err != nil {
		return r, err
	}
	if passphrase == "" {
		return r, errNoPassphrase
	}
	if _, err := v.keys.unlocked(ctx); err != nil {
		return r, err
	}
	names, err := v.files.names()
	if err != nil {
		return r, err
	}
	if len(names) > maxExportRecords {
		return r, fmt.Errorf("export: %w: %d records", ErrTooLarge, len(names))
	}
	to, err := age.NewScryptRecipient(words(passphrase))
	if err != nil {
		return r, fmt.Errorf("export: %w", err)
	}
	to.SetWorkFactor(v.copies.workFactor)
	sealed, err := age.Encrypt(w, to)
	if err != nil {
		return r, fmt.Errorf("export: %w", explained(err))
	}
	if err := v.writeExport(ctx, sealed, names, &r); err != nil {
		return r, err
	}
	if err := sealed.Close(); err != nil {
		return r, fmt.Errorf("export: %w", explained(err))
	}
	return r, nil
}

// writeExport writes what is encrypted: a tar archive.
func (v *Vault) writeExport(ctx context.Context, w io.Writer, names []string, r *ExportReport) error {
	archive := tar.NewWriter(w)
	now := v.files.now().UTC().Truncate(time.Second)
	head, err := json.Marshal(exportHead{ExportFormat, now.Format(time.RFC3339)})
	if err != nil {
		return err
	}
	if err := addFile(archive, exportMark, append(head, '\n'), now); err != nil {
		return err
	}
	total := 0
	for _, name := range names {
		data, err := v.Get(ctx, name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue // another process removed it meanwhile
		case errors.Is(err, ErrDamaged), errors.Is(err, ErrNewer), errors.Is(err, ErrUnsafe):
			r.LeftOut = append(r.LeftOut, Damage{File: name + recordExt, Reason: err.Error()})
			continue
		case err != nil:
			return err
		}
		if total += len(data); total > maxExport {
			return fmt.Errorf("export: %w: more than %d bytes", ErrTooLarge, maxExport)
		}
		if err := addFile(archive, exportPrefix+name, data, now); err != nil {
			return err
		}
		r.Records++
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("export: %w", explained(err))
	}
	return nil
}

func addFile(archive *tar.Writer, name string, data []byte, at time.Time) error {
	err := archive.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: name, Size: int64(len(data)), Mode: 0o600, ModTime: at,
	})
	if err == nil {
		_, err = archive.Write(data)
	}
	if err != nil {
		return fmt.Errorf("export: %w", explained(err))
	}
	return nil
}

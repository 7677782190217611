package vault

import (
	"archive/tar"
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
)

const ageMagic = "age-encryption.org/v1\n"

// maxArchive is the most that is read of an export: the records, and for each of
// them what tar and age add, generously.
const maxArchive = maxExport + maxExport/1024 + maxExportRecords*2048 + 1<<20

// openExport decrypts and reads an export. All its errors but those of reading
// r say what is wrong with the export.
func openExport(r io.Reader, passphrase string) (map[string][]byte, error) {
	src := &source{r: r, left: maxArchive}
	records, err := decryptExport(src, passphrase)
	if src.err != nil { // however it was wrapped on the way
		return nil, fmt.Errorf("import: %w", src.err)
	}
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	return records, nil
}

// source bounds what is read, and remembers why reading failed.
type source struct {
	r    io.Reader
	left int64
	err  error
}

// Read implements [io.Reader].
func (s *source) Read(p []byte) (int, error) {
	if s.left <= 0 {
		s.err = fmt.Errorf("%w: more than %d bytes", ErrTooLarge, int64(maxArchive))
		return 0, s.err
	}
	n, err := s.r.Read(p[:min(int64(len(p)), s.left)])
	s.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = explained(err)
	}
	return n, err
}

func decryptExport(src io.Reader, passphrase string) (map[string][]byte, error) {
	in := bufio.NewReader(src)
	if start, _ := in.Peek(len(ageMagic)); string(start) != ageMagic {
		return nil, fmt.Errorf("%w: it is not an age file", ErrExport)
	}
	head, _ := in.Peek(256) // the first two lines; less is not one of ours
	if err := checkWork(head); err != nil {
		return nil, err
	}
	ids, err := identities(passphrase)
	if err != nil {
		return nil, ErrWrongPassphrase // an empty one
	}
	plain, err := age.Decrypt(in, ids...)
	var foreign *age.NoIdentityMatchError
	switch {
	case errors.As(err, &foreign) && (len(foreign.StanzaTypes) != 1 || foreign.StanzaTypes[0] != "scrypt"):
		return nil, fmt.Errorf("%w: it is not protected by a passphrase", ErrExport)
	case errors.Is(err, age.ErrIncorrectIdentity):
		return nil, ErrWrongPassphrase
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrExport, err)
	}
	return readArchive(plain)
}

// readArchive reads what an export has inside, to the very end: only then has
// age checked every byte.
func readArchive(plain io.Reader) (map[string][]byte, error) {
	archive := tar.NewReader(plain)
	if err := readHead(archive); err != nil {
		return nil, err
	}
	records, total := map[string][]byte{}, 0
	for {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrExport, err)
		}
		name, err := recordName(h)
		if err != nil {
			return nil, err
		}
		if _, twice := records[name]; twice {
			return nil, fmt.Errorf("%w: record %s appears twice", ErrExport, name)
		}
		data, err := readEntry(archive, h, MaxRecord)
		if err != nil {
			return nil, err
		}
		if total += len(data); total > maxExport || len(records) == maxExportRecords {
			return nil, fmt.Errorf("%w: more than %d records or %d bytes", ErrTooLarge, maxExportRecords, maxExport)
		}
		records[name] = data
	}
	if _, err := io.Copy(padding{}, plain); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrExport, err)
	}
	return records, nil
}

// readHead reads the file that an export starts with.
func readHead(archive *tar.Reader) error {
	h, err := archive.Next()
	if err != nil || h.Name != exportMark || h.Typeflag != tar.TypeReg {
		return fmt.Errorf("%w: it does not start with %s", ErrExport, exportMark)
	}
	data, err := readEntry(archive, h, 1<<16)
	if err != nil {
		return err
	}
	var head exportHead
	switch err := json.Unmarshal(data, &head); {
	case err != nil, head.Format < 1:
		return fmt.Errorf("%w: %s cannot be read", ErrExport, exportMark)
	case head.Format > ExportFormat:
		return fmt.Errorf("%w: format %d", ErrNewerExport, head.Format)
	}
	return nil
}

// recordName refuses everything but the plain file of a record, such as a path
// that leads elsewhere.
func recordName(h *tar.Header) (string, error) {
	name, ok := strings.CutPrefix(h.Name, exportPrefix)
	if !ok || h.Typeflag != tar.TypeReg || checkName(name) != nil {
		return "", fmt.Errorf("%w: %q does not belong in one", ErrExport, h.Name)
	}
	return name, nil
}

// readEntry reads one file of at most limit bytes.
func readEntry(archive *tar.Reader, h *tar.Header, limit int64) ([]byte, error) {
	if h.Size > limit {
		return nil, fmt.Errorf("%w: %s has %d bytes", ErrTooLarge, h.Name, h.Size)
	}
	data, err := io.ReadAll(archive)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrExport, err)
	}
	return data, nil
}

// padding takes the zeros that end an archive.
type padding struct{}

// Write implements [io.Writer].
func (padding) Write(p []byte) (int, error) {
	for i, b := range p {
		if b != 0 {
			return i, errors.New("extra data after its end")
		}
	}
	return len(p), nil
}

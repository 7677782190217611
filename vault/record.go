package vault

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"filippo.io/age"
)

// MaxRecord is how many bytes a record can have.
const MaxRecord = 16 << 20

// maxFile is how many bytes its file can have: a record with age's header and
// 16 bytes for each 64 KiB, generously.
const maxFile = MaxRecord + MaxRecord/1024 + 64<<10

// Format is the highest version of a vault that this package knows. It reads
// all versions up to it, and writes the lowest one that can express
// everything.
const Format = 3

// recordFormat is the same for a record.
const recordFormat = 1

const magic = "claviger/"

// maxHeader is the most that the first line of a record can have.
const maxHeader = len(magic) + 10 + 1 + maxName + 1

// encodeRecord puts a line with version and name before the data. It is
// encrypted together with it, so that a file under another name is noticed.
func encodeRecord(name string, data []byte) []byte {
	b := make([]byte, 0, maxHeader+len(data))
	b = append(b, magic...)
	b = strconv.AppendInt(b, recordFormat, 10)
	b = append(b, ' ')
	b = append(b, name...)
	b = append(b, '\n')
	return append(b, data...)
}

// decodeRecord is the reverse. Its errors wrap [ErrNewer] or [ErrDamaged].
func decodeRecord(name string, b []byte) ([]byte, error) {
	own, data, err := splitRecord(b)
	if err == nil && own != name {
		err = fmt.Errorf("%w: it is the record of another name", ErrDamaged)
	}
	if err != nil {
		return nil, err
	}
	return data, nil
}

// splitRecord returns a record's own name and its data.
func splitRecord(b []byte) (name string, data []byte, err error) {
	end := bytes.IndexByte(b[:min(len(b), maxHeader)], '\n')
	complete := end >= 0
	if !complete {
		end = min(len(b), maxHeader)
	}
	rest, isRecord := strings.CutPrefix(string(b[:end]), magic)
	version, own, _ := strings.Cut(rest, " ")
	n, err := parseVersion(version)
	switch {
	case !isRecord || err != nil:
		return "", nil, fmt.Errorf("%w: it does not start like a record", ErrDamaged)
	case n > recordFormat:
		return "", nil, fmt.Errorf("%w: format %d", ErrNewer, n)
	case !complete || checkName(own) != nil:
		return "", nil, fmt.Errorf("%w: it has no record name", ErrDamaged)
	}
	return own, b[end+1:], nil
}

// parseVersion takes decimal digits without sign or leading zero.
func parseVersion(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil || n == 0 || s != strconv.FormatUint(n, 10) {
		return 0, fmt.Errorf("version %q is not a number", s)
	}
	return int(n), nil
}

// seal encrypts plain to r as a binary age file.
func seal(plain []byte, r age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, r)
	if err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	return out.Bytes(), nil
}

// unseal is the reverse; it fails unless every byte is as it was written.
func unseal(sealed []byte, ids ...age.Identity) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), ids...)
	if err != nil {
		return nil, err
	}
	// The output is shorter than the input, so this never grows.
	plain := bytes.NewBuffer(make([]byte, 0, len(sealed)+bytes.MinRead))
	_, err = plain.ReadFrom(r)
	return plain.Bytes(), err
}

// openRecord decrypts and decodes the file of a record.
func openRecord(name string, sealed []byte, id age.Identity) ([]byte, error) {
	if len(sealed) > maxFile {
		return nil, fmt.Errorf("%w: it is larger than any record", ErrDamaged)
	}
	plain, _, ok := unsealShort(sealed, id)
	if !ok {
		var err error
		if plain, err = unseal(sealed, id); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
	return decodeRecord(name, plain)
}

const maxName = 64

// checkName refuses names that could leave the folder or are not files everywhere.
func checkName(name string) error {
	if name == "" || len(name) > maxName {
		return fmt.Errorf("%w: %d characters", ErrName, len(name))
	}
	for _, c := range []byte(name) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return fmt.Errorf("%w: %q", ErrName, name)
		}
	}
	switch {
	case name == "con", name == "prn", name == "aux", name == "nul",
		len(name) == 4 && (name[:3] == "com" || name[:3] == "lpt") && name[3] <= '9':
		return fmt.Errorf("%w: %q is a Windows device name", ErrName, name)
	}
	return nil
}

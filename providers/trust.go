package providers

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/claviger/claviger/internal/owner"
	"github.com/claviger/claviger/internal/phrase"
)

// maxCAFile bounds a file of certificates, in bytes; the lists of whole
// operating systems are a quarter of it.
const maxCAFile = 1 << 20

// Trust says what connections to a provider trust besides the system's certificate
// authorities.
type Trust struct {
	// CAFile is a PEM file of certificates that are trusted too: those of a
	// company's proxy, or of a server with an authority of its own. In a
	// provider file it is relative to the folder of that file.
	CAFile string `toml:"ca_file"`
}

// CAFileError is a [Trust.CAFile] that cannot be used. It wraps [ErrCAFile].
type CAFileError struct {
	File string
	// Code is "missing", "unreadable", "no-file", "too-large", "empty",
	// "binary", "no-certificate", "private-key", "foreign", "damaged",
	// "expired", "not-yet-valid", or "others-can-write" if other users can change
	// it: they could then read what goes to the provider.
	Code string
	// Detail says more in plain words if there is more to say.
	Detail phrase.Text
}

// Error implements error.
func (e *CAFileError) Error() string {
	s := ErrCAFile.Error() + ": " + e.File + ": " + strings.ReplaceAll(e.Code, "-", " ")
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	return s
}

// Unwrap returns [ErrCAFile].
func (e *CAFileError) Unwrap() error { return ErrCAFile }

// CAs are the certificates of one file.
type CAs struct {
	// File is where they were read, Data what it held.
	File         string
	Data         []byte
	Certificates []*x509.Certificate
}

// ReadCAs reads a file of certificates in PEM form (RFC 7468 §5). Anything in
// it that is not understood, or that does not belong there, refuses all of it:
// a certificate that is left out silently causes a puzzle later. Errors are
// [*CAFileError].
func ReadCAs(file string) (*CAs, error) {
	fail := func(code string, detail phrase.Text) (*CAs, error) {
		return nil, &CAFileError{File: file, Code: code, Detail: detail}
	}
	data, code, detail := readCAFile(file)
	switch {
	case code != "":
		return fail(code, detail)
	case len(data) > maxCAFile:
		return fail("too-large", "")
	case len(bytes.TrimSpace(data)) == 0:
		return fail("empty", "")
	}
	out := &CAs{File: file, Data: data}
	marks := bytes.Count(data, []byte("-----BEGIN "))
	blocks := 0
	for rest := data; ; blocks++ {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		switch {
		case strings.Contains(block.Type, "PRIVATE KEY"):
			return fail("private-key", "")
		case block.Type != "CERTIFICATE" && block.Type != "X509 CERTIFICATE":
			return fail("foreign", strconv.Quote(shortText(block.Type)))
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return fail("damaged", phrase.Say("certificate {count}", strconv.Itoa(len(out.Certificates)+1)))
		}
		out.Certificates = append(out.Certificates, cert)
	}
	switch {
	case marks != blocks && bytes.Contains(data, []byte("PRIVATE KEY-----")):
		return fail("private-key", "")
	case marks != blocks:
		return fail("damaged", "a block between BEGIN and END is incomplete")
	case len(out.Certificates) > 0:
		return out, nil
	case isCertificate(data):
		return fail("binary", "")
	}
	return fail("no-certificate", "")
}

// readCAFile reads at most a little more than is allowed, and only from a plain
// file: a pipe would wait for a writer.
func readCAFile(file string) (data []byte, code, detail string) {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, "missing", ""
	case err != nil:
		return nil, "unreadable", reason(err)
	case !info.Mode().IsRegular():
		return nil, "no-file", ""
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, "unreadable", reason(err)
	}
	defer func() { _ = f.Close() }() // only read from
	if info, err = f.Stat(); err == nil {
		err = owner.Check(file, info)
	}
	if err != nil {
		return nil, "others-can-write", reason(err)
	}
	if data, err = io.ReadAll(io.LimitReader(f, maxCAFile+1)); err != nil {
		return nil, "unreadable", reason(err)
	}
	return data, "", ""
}

// isCertificate reports whether data is a certificate in binary form.
func isCertificate(data []byte) bool {
	_, err := x509.ParseCertificate(data)
	return err == nil
}

// Valid reports a [*CAFileError] if none of the certificates is valid at that time.
// An expired one among others does no harm: it is not used.
func (c *CAs) Valid(now time.Time) error {
	var code, detail string
	for _, cert := range c.Certificates {
		switch {
		case now.After(cert.NotAfter):
			code, detail = "expired", phrase.Say("since {day}", cert.NotAfter.Local().Format("2006-01-02 15:04"))
		case now.Before(cert.NotBefore):
			code, detail = "not-yet-valid", phrase.Say("from {day}", cert.NotBefore.Local().Format("2006-01-02 15:04"))
		default:
			return nil
		}
	}
	return &CAFileError{File: c.File, Code: code, Detail: detail}
}

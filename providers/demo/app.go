package demo

import (
	"bytes"
	"embed"
	"net/http"

	"github.com/zitadel/oidc/v3/pkg/op"
)

// The provider's own pages. The protocol's endpoints have the library's names.
const (
	loginPath   = "/login"
	consentPath = "/consent"
	devicePath  = "/device"
	labPath     = "/lab"
)

//go:embed pages
var assets embed.FS

// app is the server with what only its handlers need.
type app struct {
	*Server
	op       *op.Provider
	pages    *pages
	pictures func(id string) ([]byte, bool)
	forms    *http.CrossOriginProtection
}

// storage is the store for the OpenID library.
func (s *Server) storage() storage { return storage{s.store, s.issuer, s.misbehaviour} }

// recorder keeps an answer of the library so that it can be changed before it
// is sent.
type recorder struct {
	header http.Header
	code   int
	body   bytes.Buffer
}

func record(next http.HandlerFunc, r *http.Request) *recorder {
	rec := &recorder{header: http.Header{}}
	next(rec, r)
	if rec.code == 0 {
		rec.code = http.StatusOK
	}
	return rec
}

func (rec *recorder) Header() http.Header { return rec.header }

func (rec *recorder) WriteHeader(code int) {
	if rec.code == 0 {
		rec.code = code
	}
}

func (rec *recorder) Write(p []byte) (int, error) {
	rec.WriteHeader(http.StatusOK)
	return rec.body.Write(p)
}

// send sends the answer.
func (rec *recorder) send(w http.ResponseWriter) {
	for k, v := range rec.header {
		w.Header()[k] = v
	}
	w.WriteHeader(rec.code)
	_, _ = w.Write(rec.body.Bytes())
}

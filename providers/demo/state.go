package demo

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/claviger/claviger/internal/durable"
	"github.com/claviger/claviger/internal/owner"
)

// stateVersion is the form of the state file.
const stateVersion = 1

// state is what the provider knows between two starts. Tokens and session
// cookies are kept as hashes only; the keys are what makes the file private.
type state struct {
	Version int `json:"version"`
	// Instance is known to this folder's processes only; see [proofPath].
	Instance string `json:"instance"`
	// Addr is the address that the provider last listened on.
	Addr string `json:"addr"`
	// KeyID and SigningKey (PKCS #8) sign ID and access tokens.
	KeyID      string `json:"key_id"`
	SigningKey []byte `json:"signing_key"`
	// CryptoKey encrypts authorization codes and opaque access tokens.
	CryptoKey []byte `json:"crypto_key"`

	// Sessions are browsers that a person signed in with, by cookie hash.
	Sessions map[string]*session `json:"sessions"`
	// Grants are the scopes that each person has agreed to.
	Grants map[string][]string `json:"grants"`
	// Families are refresh tokens with all their successors, by id.
	Families map[string]*family `json:"families"`
	// Access are the access tokens that are not over yet, by id.
	Access map[string]*access `json:"access"`

	key *rsa.PrivateKey
}

// session is one browser's sign-in.
type session struct {
	User     string    `json:"user"`
	AuthTime time.Time `json:"auth_time"`
}

// family is one refresh token and its successors (RFC 9700 §4.14.2).
type family struct {
	User     string    `json:"user"`
	Scopes   []string  `json:"scopes"`
	AuthTime time.Time `json:"auth_time"`
	// Current is the hash of the only member that is good.
	Current string    `json:"current"`
	Used    time.Time `json:"used"`
}

// access is one access token.
type access struct {
	User    string    `json:"user"`
	Scopes  []string  `json:"scopes"`
	Issued  time.Time `json:"issued"`
	Expires time.Time `json:"expires"`
	Family  string    `json:"family,omitempty"`
}

func stateFile(dir string) string { return filepath.Join(dir, "demo.json") }

// readState reads the state without changing anything.
func readState(dir string) (*state, error) {
	data, err := owner.Read(stateFile(dir))
	if err != nil {
		return nil, err
	}
	st := new(state)
	if err := json.Unmarshal(data, st); err != nil {
		return nil, fmt.Errorf("demo state: %w", err)
	}
	if st.Version != stateVersion {
		return nil, fmt.Errorf("demo state: version %d is not known", st.Version)
	}
	key, err := x509.ParsePKCS8PrivateKey(st.SigningKey)
	if err != nil {
		return nil, fmt.Errorf("demo state: signing key: %w", err)
	}
	rsaKey, ok := key.(*rsa.PrivateKey)
	if !ok || len(st.CryptoKey) != 32 || st.Instance == "" || st.KeyID == "" {
		return nil, errors.New("demo state: keys are missing")
	}
	st.key = rsaKey
	st.fill()
	return st, nil
}

// loadState reads the state, or makes a new one. A damaged file is set aside,
// never deleted: the demo works again, and the file can be looked at.
func loadState(dir string, now func() time.Time, log *slog.Logger) (*state, error) {
	if dir == "" {
		return newState()
	}
	st, err := readState(dir)
	if err == nil {
		return st, nil
	}
	if errors.Is(err, os.ErrNotExist) {
		return newState()
	}
	if _, ok := errors.AsType[*os.PathError](err); ok && isFile(stateFile(dir)) {
		return nil, fmt.Errorf("demo provider's folder: %w", err)
	}
	aside := stateFile(dir) + ".damaged-" + now().UTC().Format("20060102T150405")
	log.Warn("demo provider's state is damaged; starting afresh", "error", err, "kept_as", aside)
	if err := os.Rename(stateFile(dir), aside); err != nil {
		return nil, fmt.Errorf("demo provider's folder: %w", err)
	}
	return newState()
}

// isFile reports whether a file is at path: a pipe or a folder is as good as damage.
func isFile(path string) bool {
	fi, err := os.Stat(path)
	return err != nil || fi.Mode().IsRegular()
}

func newState() (*state, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("demo signing key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("demo signing key: %w", err)
	}
	st := &state{
		Version:    stateVersion,
		Instance:   randomString(),
		KeyID:      "demo-" + randomString()[:8],
		SigningKey: der,
		CryptoKey:  make([]byte, 32),
		key:        key,
	}
	_, _ = rand.Read(st.CryptoKey) // never fails since Go 1.24
	st.fill()
	return st, nil
}

// fill makes the maps that an older or shorter file lacks.
func (st *state) fill() {
	if st.Sessions == nil {
		st.Sessions = map[string]*session{}
	}
	if st.Grants == nil {
		st.Grants = map[string][]string{}
	}
	if st.Families == nil {
		st.Families = map[string]*family{}
	}
	if st.Access == nil {
		st.Access = map[string]*access{}
	}
}

// save writes the state so that a crash at any instruction leaves the old or
// the new file, whole.
func (st *state) save(dir string) error {
	if dir == "" {
		return nil
	}
	data, err := json.Marshal(st)
	if err != nil {
		return err
	}
	return durable.Replace(stateFile(dir), data)
}

// randomString is 192 bits, unguessable and safe in URLs.
func randomString() string {
	b := make([]byte, 24)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashed is the form in which tokens and cookies are kept. They are random and
// long, so a plain hash is enough.
func hashed(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

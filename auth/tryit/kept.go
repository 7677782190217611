package tryit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/claviger/claviger/auth/internal/ledger"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/coded"
)

// Suffix makes the name of the record of an account's requests of its id.
const Suffix = "-requests"

// version is that of the stored form. New fields do not change it.
const version = 1

// Bounds of a record.
const (
	maxRequests = 50
	maxAllowed  = 100
	maxKeptBody = 16 << 10
	// MaxRecord bounds a record, in bytes.
	MaxRecord = 1 << 20
)

// Sent is a request that was sent, without secrets in its headers.
type Sent struct {
	Request
	At time.Time `json:"at"`
	// NoBody reports that the body was too large to keep.
	NoBody bool `json:"no_body,omitempty"`
}

// Allowed is an origin that may have the token by the person's word.
type Allowed struct {
	Origin string    `json:"origin"`
	At     time.Time `json:"at"`
}

// record is the stored form, beside its account. Only the store, which encrypts, sees it.
type record struct {
	Version  int       `json:"version"`
	Requests []Sent    `json:"requests"` // oldest first
	Allowed  []Allowed `json:"allowed"`
}

// Kept keeps what accounts sent, and where their tokens may go.
type Kept struct {
	store   *ledger.Ledger
	inStore func(ctx context.Context, id string) (bool, error)

	mu     sync.Mutex
	memory map[string]record // of accounts that are not remembered
	// only reports that an account is in memory only.
	only func(id string) bool
}

// NewKept returns what is kept in a store. inStore reports whether the store has an
// account: what is put beside one that it does not have would stay for ever. only
// reports that an account is in memory only.
func NewKept(store *ledger.Ledger, inStore func(ctx context.Context, id string) (bool, error), only func(id string) bool) *Kept {
	return &Kept{store: store, inStore: inStore, only: only, memory: map[string]record{}}
}

// read reads a record. A damaged one is none: the store has set it aside.
func (k *Kept) read(ctx context.Context, id string) (record, error) {
	if k.only(id) {
		k.mu.Lock()
		defer k.mu.Unlock()
		return k.memory[id].copy(), nil
	}
	data, err := k.store.Get(ctx, id+Suffix)
	switch {
	case errors.Is(err, fs.ErrNotExist), coded.Of(err) == ledger.CodeDamaged, coded.Of(err) == ledger.CodeNotSetUp:
		return record{}, nil
	case err != nil:
		return record{}, fmt.Errorf("requests of account %s: %w", id, err)
	}
	return decodeRecord(id, data)
}

func decodeRecord(id string, data []byte) (record, error) {
	var r record
	if json.Unmarshal(data, &r) != nil || r.Version < 1 {
		return record{}, nil
	}
	if r.Version > version {
		return record{}, ledger.NewRecordError(id+Suffix, ledger.CodeNewer, "requests were written by a newer version")
	}
	return r, nil
}

func (r record) copy() record {
	r.Requests, r.Allowed = slices.Clone(r.Requests), slices.Clone(r.Allowed)
	return r
}

// change changes a record while it is held.
func (k *Kept) change(ctx context.Context, id string, change func(*record)) error {
	if k.only(id) {
		k.mu.Lock()
		defer k.mu.Unlock()
		r := k.memory[id].copy()
		change(&r)
		k.memory[id] = r
		return nil
	}
	release, err := k.store.Hold(ctx, id+Suffix)
	if err != nil {
		return err
	}
	defer release()
	r, err := k.read(ctx, id)
	if err != nil {
		return err
	}
	change(&r)
	// Looked at while the record is held: who forgets the account takes it away after it.
	if there, err := k.inStore(ctx, id); err != nil || !there {
		return err
	}
	if len(r.Requests) == 0 && len(r.Allowed) == 0 {
		return k.store.Delete(ctx, id+Suffix)
	}
	data, err := r.encode()
	if err != nil {
		return err
	}
	return k.store.Put(ctx, id+Suffix, data)
}

// encode leaves the oldest requests out if all are too much.
func (r record) encode() ([]byte, error) {
	r.Version = version
	for {
		data, err := json.Marshal(r)
		if err != nil || len(data) <= MaxRecord || len(r.Requests) == 0 {
			return data, err
		}
		r.Requests = r.Requests[(len(r.Requests)+3)/4:]
	}
}

// add keeps a request that is about to be sent. The same one again takes the place of
// the one before.
func (k *Kept) add(ctx context.Context, id string, r Request, hidden *Hidden, now time.Time) error {
	sent := withoutSecrets(r, hidden, now)
	return k.change(ctx, id, func(all *record) {
		all.Requests = slices.DeleteFunc(all.Requests, func(old Sent) bool { return old.same(sent) })
		all.Requests = append(all.Requests, sent)
		all.Requests = all.Requests[max(0, len(all.Requests)-maxRequests):]
	})
}

func (s Sent) same(t Sent) bool {
	return s.Method == t.Method && s.URL == t.URL && s.Body == t.Body && slices.Equal(s.Headers, t.Headers)
}

// withoutSecrets is a request as it is kept.
func withoutSecrets(r Request, hidden *Hidden, now time.Time) Sent {
	s := Sent{Request: r, At: now.Round(0)}
	s.Headers = slices.Clone(r.Headers)
	for i, h := range s.Headers {
		if SecretHeader(h.Name) {
			s.Headers[i] = Header{Name: h.Name, Secret: true}
			continue
		}
		s.Headers[i].Value = hidden.Text(h.Value)
	}
	if !HasBody(r.Method) {
		s.Body = ""
	}
	if len(s.Body) > maxKeptBody {
		s.Body, s.NoBody = "", true
	}
	s.Body, s.URL = hidden.Text(s.Body), hidden.Text(withoutSecretQuery(s.URL))
	return s
}

// withoutSecretQuery leaves the values of parameters out that are named like secrets
// (RFC 6750 §2.3 has access_token). So is the fragment, which is not sent: that of an
// address that a browser was sent to can have tokens (RFC 6749 §4.2.2).
func withoutSecretQuery(address string) string {
	address, _, _ = strings.Cut(address, "#")
	head, query, found := strings.Cut(address, "?")
	if !found {
		return address
	}
	var kept strings.Builder
	for query != "" {
		end := strings.IndexAny(query, "&;") // some servers take a semicolon for an ampersand
		if end < 0 {
			end = len(query)
		}
		part := query[:end]
		name, _, hasValue := strings.Cut(part, "=")
		if plainName, err := url.QueryUnescape(name); hasValue && (err != nil || SecretHeader(plainName)) {
			part = name + "="
		}
		kept.WriteString(part + query[end:min(end+1, len(query))])
		query = query[min(end+1, len(query)):]
	}
	return head + "?" + kept.String()
}

func (k *Kept) allow(ctx context.Context, id, origin string, yes bool, now time.Time) error {
	return k.change(ctx, id, func(all *record) {
		all.Allowed = slices.DeleteFunc(all.Allowed, func(a Allowed) bool { return a.Origin == origin })
		if yes {
			all.Allowed = append(all.Allowed, Allowed{origin, now.Round(0)})
			all.Allowed = all.Allowed[max(0, len(all.Allowed)-maxAllowed):]
		}
	})
}

func (k *Kept) clear(ctx context.Context, id string) error {
	return k.change(ctx, id, func(all *record) { all.Requests = nil })
}

// Snapshot is a record at a time.
type Snapshot struct{ record record }

// Snapshot reads a record, to be restored later.
func (k *Kept) Snapshot(ctx context.Context, id string) (Snapshot, error) {
	r, err := k.read(ctx, id)
	return Snapshot{r}, err
}

// Restore brings a record back.
func (k *Kept) Restore(ctx context.Context, id string, s Snapshot) error {
	return k.change(ctx, id, func(r *record) { *r = s.record.copy() })
}

// Forget removes a record, in memory and in the store.
func (k *Kept) Forget(ctx context.Context, id string) error {
	k.mu.Lock()
	delete(k.memory, id)
	k.mu.Unlock()
	if !k.store.Stores() {
		return nil
	}
	return k.store.Delete(ctx, id+Suffix)
}

func originsOf(list []Allowed) []string {
	out := make([]string, len(list))
	for i, a := range list {
		out[i] = a.Origin
	}
	return out
}

func originOfURL(u *url.URL) string { return ask.Origin(u) }

func hasBlank(address string) bool { return strings.ContainsAny(address, "{}") }

// Imported is a record of an export as it may be stored. Where the token may go is said
// on each computer: an export of someone else's could send it where it likes.
func Imported(data []byte) ([]byte, error) {
	if len(data) > MaxRecord {
		return nil, errors.New("the record of requests is too large")
	}
	r, err := decodeRecord("", data)
	if err != nil {
		return nil, err
	}
	r.Allowed = nil
	r.Requests = slices.DeleteFunc(r.Requests, func(s Sent) bool { return s.Check() != nil })
	r.Requests = r.Requests[max(0, len(r.Requests)-maxRequests):]
	return r.encode()
}

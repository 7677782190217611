package auth

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/near"
	"github.com/claviger/claviger/providers"
)

const (
	// maxPicture is the largest picture that is taken.
	maxPicture = 1 << 20
	// pictureAge is when a picture is asked for again.
	pictureAge = 7 * 24 * time.Hour
)

// storedPicture is the form of a picture in the store.
type storedPicture struct {
	Version int       `json:"version"`
	URL     string    `json:"url"`
	At      time.Time `json:"at"`
	Data    []byte    `json:"data"`
}

// Picture returns the user's picture, from the store if it has one of the
// same address that is not older than a week. At most 1 MiB; nil if the
// provider gave none. If a newer one cannot be had, the old one is good.
func (a *Agent) Picture(ctx context.Context, id string) ([]byte, error) {
	rec, err := a.accounts.load(ctx, id)
	if err != nil {
		return nil, err
	}
	p, ok := a.lookup(rec.Provider)
	if !ok {
		return nil, fmt.Errorf("%q: %w", rec.Provider, providers.ErrUnknown)
	}
	address := rec.User.Picture
	if p.Profile.Picture.URL != "" {
		address = fillAddress(p.Profile.Picture.URL, p, rec)
	}
	if address == "" {
		return nil, nil
	}
	old := a.accounts.storedPicture(ctx, id)
	if old.URL == address && a.now().Sub(old.At).Abs() < pictureAge {
		return old.Data, nil
	}
	data, err := a.upkeep.refreshes.fetchPicture(ctx, p, rec, address)
	if err != nil {
		if old.URL == address && len(old.Data) > 0 {
			return old.Data, nil
		}
		return nil, err
	}
	a.accounts.keepPicture(ctx, rec, storedPicture{Version: recordVersion, URL: address, At: a.now(), Data: data})
	return data, nil
}

// storedPicture reads the picture's record; the zero value if there is
// none that can be used.
func (a *accounts) storedPicture(ctx context.Context, id string) storedPicture {
	var s storedPicture
	data, err := a.store.Get(ctx, id+pictureSuffix)
	if err != nil || json.Unmarshal(data, &s) != nil || s.Version != recordVersion {
		return storedPicture{}
	}
	return s
}

// keepPicture stores a picture beside its account. It can be had again: a
// store that fails is only logged.
func (a *accounts) keepPicture(ctx context.Context, rec *record, s storedPicture) {
	if !a.store.Stores() || rec.session {
		return
	}
	release, err := a.hold(ctx, rec.ID)
	if err != nil {
		return
	}
	defer release()
	if _, err := a.read(ctx, rec.ID); err != nil {
		return // signed out meanwhile
	}
	data, err := json.Marshal(s)
	if err == nil {
		err = a.store.Put(ctx, rec.ID+pictureSuffix, data)
	}
	if err != nil {
		a.log.Info("picture could not be stored", "account", rec.ID, "error", err)
	}
}

// fetchPicture gets the picture, with the token only if the provider's file
// says so and only from the provider's own hosts.
func (r *refreshes) fetchPicture(ctx context.Context, p *providers.Provider, rec *record, address string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || !ask.Encrypted(u) || !ownHost(p, u.Host) && nearer(u, p) {
		// A profile must not make us ask other servers of this machine or network.
		return nil, &oauth.AnswerError{Step: trace.StepProfile, Reason: "the picture's address cannot be used"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, &oauth.AnswerError{Step: trace.StepProfile, Reason: "the picture's address cannot be used"}
	}
	req.Header.Set("Accept", "image/*")
	// A name that the profile says must not lead nearer once it is resolved, either.
	req = req.WithContext(oauth.Reaching(ctx, p, oauth.HomeOf(p), nil))
	client, err := r.ask.net.HTTP(p)
	if err != nil {
		return nil, err
	}
	if p.Profile.Picture.Bearer && ownHost(p, u.Host) {
		valid, err := r.valid(ctx, rec.ID, 0)
		if err != nil {
			return nil, err
		}
		req = req.WithContext(oauth.Reaching(ctx, p, valid.home(p), nil))
		if client, err = r.ask.net.Strict(p); err != nil {
			return nil, err
		}
		client.Transport = r.ask.net.Presenting(client.Transport, valid.Tokens)
	}
	return readPicture(ask.Question{Client: client, Request: req, Most: maxPicture, OnlyOK: true}.Ask())
}

// readPicture judges the answer to a question for a picture; err is the question's.
func readPicture(answer *ask.Answer, err error) ([]byte, error) {
	switch {
	case answer == nil:
		return nil, oauth.RequestError(trace.StepProfile, err)
	case answer.StatusCode == http.StatusNotFound, answer.StatusCode == http.StatusNoContent:
		return nil, nil // no picture; Graph says so for a user without photo
	case answer.StatusCode != http.StatusOK:
		return nil, &oauth.AnswerError{Step: trace.StepProfile, Status: answer.StatusCode, Reason: "the provider did not return the picture"}
	case err != nil:
		return nil, oauth.Unread(trace.StepProfile, answer, "the picture", err)
	}
	data := answer.Content
	kind := cmp.Or(answer.Header.Get("Content-Type"), http.DetectContentType(data))
	switch {
	case !strings.HasPrefix(kind, "image/") && !strings.HasPrefix(http.DetectContentType(data), "image/"):
		return nil, &oauth.AnswerError{Step: trace.StepProfile, Reason: "the picture is not an image", Err: errors.New("not an image")}
	}
	return data, nil
}

// nearer reports whether an address that came from a provider is nearer to this
// computer than the provider is, or unencrypted.
func nearer(u *url.URL, p *providers.Provider) bool {
	own, err := url.Parse(cmp.Or(p.Issuer, p.Endpoints.Token))
	return err != nil || u.Scheme == "http" || near.Host(u.Hostname()) < near.Host(own.Hostname())
}

// ownHost reports whether a host is named in the provider's file as one of
// its own, so that it may see the token.
func ownHost(p *providers.Provider, host string) bool {
	own := []string{p.Issuer, p.Endpoints.Userinfo, p.Endpoints.Token, p.Profile.Picture.URL}
	for _, s := range p.Profile.Sources {
		own = append(own, s.URL)
	}
	for _, s := range p.Groups {
		own = append(own, s.URL)
	}
	for _, address := range own {
		if u, err := url.Parse(address); err == nil && u.Host != "" && u.Host == host {
			return true
		}
	}
	return false
}

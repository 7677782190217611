package auth

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
)

// TestDamagedPicture: the record of a picture that cannot be read, is another's
// or is from another time is no picture; it is fetched again, and the account is
// none the worse.
func TestDamagedPicture(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour, func(res *signInResult, _ *SignInRequest) {
		res.Identity.User.Picture = p.URL + "/picture.png"
	})
	good, err := a.Picture(t.Context(), acc.ID)
	if err != nil || len(good) == 0 {
		t.Fatal(err)
	}
	record, err := store.Get(t.Context(), acc.ID+pictureSuffix)
	if err != nil {
		t.Fatal(err)
	}
	stored := func(s storedPicture) []byte {
		data, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	now := time.Now()
	for name, data := range map[string][]byte{
		"empty": {}, "cut": record[:len(record)/2], "null": []byte("null"), "a list": []byte("[]"),
		"of another":      stored(storedPicture{Version: recordVersion, URL: "https://other.example/p", At: now, Data: []byte("x")}),
		"of a newer form": stored(storedPicture{Version: recordVersion + 1, URL: p.URL + "/picture.png", At: now, Data: []byte("x")}),
		"old":             stored(storedPicture{Version: recordVersion, URL: p.URL + "/picture.png", At: now.Add(-30 * 24 * time.Hour), Data: []byte("x")}),
		"of tomorrow":     stored(storedPicture{Version: recordVersion, URL: p.URL + "/picture.png", At: now.Add(30 * 24 * time.Hour), Data: []byte("x")}),
	} {
		if err := store.Put(t.Context(), acc.ID+pictureSuffix, data); err != nil {
			t.Fatal(err)
		}
		p.Forget()
		got, err := a.Picture(t.Context(), acc.ID)
		if err != nil || !bytes.Equal(got, good) || p.Count(authtest.Picture) != 1 {
			t.Errorf("%s: %d bytes after %d requests, %v", name, len(got), p.Count(authtest.Picture), err)
		}
		if now, err := a.Account(t.Context(), acc.ID); err != nil || now.State != StateActive {
			t.Errorf("%s: %+v, %v", name, now, err)
		}
	}
	// Not asked for again where it is good.
	p.Forget()
	if _, err := a.Picture(t.Context(), acc.ID); err != nil || p.Count(authtest.Picture) != 0 {
		t.Errorf("%d requests, %v", p.Count(authtest.Picture), err)
	}
}

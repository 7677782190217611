package auth

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/claviger/claviger/auth/authtest"
)

// A Go API client takes a TokenSource: here the one of golang.org/x/oauth2.
func TestTokenSourceFeedsAPIClients(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	acc := enroll(t, a, p, time.Hour)
	source := a.TokenSource(t.Context(), acc.ID)
	client := oauth2.NewClient(t.Context(), source)
	if resp := send(t, client, http.MethodGet, p.URL+"/api/things", ""); resp.StatusCode != http.StatusOK {
		t.Errorf("status %d", resp.StatusCode)
	}
	first, err := source.Token()
	if err != nil {
		t.Fatal(err)
	}
	if first.RefreshToken != "" || first.Extra("id_token") != nil || first.Type() != "Bearer" || !first.Valid() {
		t.Errorf("more than an access token, or no good one: %q, %v", first.Type(), first.Expiry)
	}
	if _, err := a.Refresh(t.Context(), acc.ID); err != nil {
		t.Fatal(err)
	}
	second, err := source.Token()
	if err != nil || second.AccessToken == first.AccessToken {
		t.Errorf("the source keeps a token of its own (%v)", err)
	}
}

func TestTokenSourceEnds(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	acc := enroll(t, a, p, -time.Minute) // each call has to refresh
	if _, err := a.TokenSource(t.Context(), "nobody").Token(); !errors.Is(err, ErrNoAccount) {
		t.Errorf("an unknown account: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	source := a.TokenSource(ctx, acc.ID)
	cancel()
	if _, err := source.Token(); !errors.Is(err, context.Canceled) {
		t.Errorf("after its context: %v", err)
	}
}

package demotest_test

import (
	"testing"

	"golang.org/x/oauth2"

	"github.com/claviger/claviger/providers/demo"
	"github.com/claviger/claviger/providers/demo/demotest"
)

func TestApprove(t *testing.T) {
	s, err := demo.Start(t.Context(), demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	config := oauth2.Config{
		ClientID: demo.ClientID, RedirectURL: "http://127.0.0.1:61234/callback",
		Scopes: []string{"openid", "profile", "email", "offline_access"},
		Endpoint: oauth2.Endpoint{
			AuthURL: s.Issuer() + "/authorize", TokenURL: s.Issuer() + "/oauth/token",
			DeviceAuthURL: s.Issuer() + "/device_authorization", AuthStyle: oauth2.AuthStyleInParams,
		},
	}
	verifier := oauth2.GenerateVerifier()
	link := config.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier))

	back, err := demotest.Deny(t.Context(), link, "ola")
	if err != nil || back.Query().Get("error") != "access_denied" {
		t.Errorf("deny: %v, %v", back, err)
	}
	back, err = demotest.Approve(t.Context(), link, "ola", "email")
	if err != nil {
		t.Fatal(err)
	}
	tok, err := config.Exchange(t.Context(), back.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	if tok.Extra("scope") != "openid profile offline_access" {
		t.Errorf("scope %v", tok.Extra("scope"))
	}
	auth, err := config.DeviceAuth(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := demotest.ApproveDevice(t.Context(), auth.VerificationURI, auth.UserCode, "tess"); err != nil {
		t.Fatal(err)
	}
	if tok, err = config.DeviceAccessToken(t.Context(), auth); err != nil || tok.RefreshToken == "" {
		t.Errorf("device: %v", err)
	}
	if err := demotest.ApproveDevice(t.Context(), auth.VerificationURI, "AAAA-AAAA", "tess"); err == nil {
		t.Error("a wrong code was taken")
	}
	if _, err := demotest.Approve(t.Context(), link, "nobody"); err == nil {
		t.Error("nobody signed in")
	}
}

package signon

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"rufaa/internal/accounts/dextest"
)

// A real token of a real provider is good for whom it was issued to, as long as it
// lives, for the attempt it answers, and unchanged; for nobody else.
func TestATokenIsGoodForItsAudienceAndItsTime(t *testing.T) {
	const back, password = "http://localhost:8080/realm/test/sign-on/return", "of the agency, not of Rufaa"
	dex := dextest.Start(t, dextest.Settings{ClientID: "rufaa", Secret: "between us", Redirect: back,
		People: []dextest.Person{{ID: "u-1", Email: "atieno@haven.example", Name: "HH-17", Password: password}}})
	ctx, now := context.Background(), time.Now()
	at := func(now time.Time) *Client { return New(Options{Loopback: true, Now: func() time.Time { return now }}) }
	c, p := at(now), Provider{Issuer: dex.Issuer, ClientID: "rufaa", ClientSecret: "between us", Redirect: back}
	f := Flow{State: "state", Nonce: "nonce", Verifier: strings.Repeat("v", 43)}
	address, err := c.Address(ctx, p, f)
	if err != nil {
		t.Fatal(err)
	}
	code := dex.SignIn(address, "atieno@haven.example", password).Query().Get("code")
	found, err := c.discover(ctx, dex.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	token, err := p.config(found).Exchange(ctx, code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := token.Extra("id_token").(string)
	if who, err := c.read(ctx, p, f, found, raw); err != nil || who.Email != "atieno@haven.example" {
		t.Fatalf("a good token: %+v %v", who, err)
	}
	parts := strings.Split(raw, ".")
	other, another := p, f
	other.ClientID, another.Nonce = "payroll", "of another attempt"
	for name, try := range map[string]func() (Assertion, error){
		"issued to another service": func() (Assertion, error) { return c.read(ctx, other, f, found, raw) },
		"expired":                   func() (Assertion, error) { return at(now.AddDate(0, 0, 2)).read(ctx, p, f, found, raw) },
		"of another attempt":        func() (Assertion, error) { return c.read(ctx, p, another, found, raw) },
		"with another signature": func() (Assertion, error) {
			return c.read(ctx, p, f, found, parts[0]+"."+parts[1]+"."+parts[2][:len(parts[2])-8]+"AAAAAAAA")
		},
		"not signed": func() (Assertion, error) { return c.read(ctx, p, f, found, "eyJhbGciOiJub25lIn0."+parts[1]+".") },
	} {
		if who, err := try(); !errors.Is(err, ErrNotGenuine) || who.Subject != "" {
			t.Errorf("a token %s: %+v %v", name, who, err)
		}
	}
}

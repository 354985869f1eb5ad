package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"rufaa/internal/accounts"
	"rufaa/internal/office"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
)

// cardsLast is how long unused cards work: they are printed the week before.
const cardsLast = 14 * 24 * time.Hour

type exerciseStartCmd struct {
	place
	Scenario string `help:"Scenario file." type:"path" required:""`
	Origin   string `help:"Where people will reach the pages, e.g. http://192.0.2.10:8080: the cards lead there." default:"http://localhost:8080"`
	Cards    string `help:"PDF of the sign-in cards to write; a new file in the realm's folder when empty." type:"path"`
	Language string `help:"Language of the cards." enum:"en,sw" default:"en"`
}

func (c exerciseStartCmd) Run(ctx context.Context, s *streams) error {
	if c.Data == "" {
		return errors.New("say where the realm shall live: --data FOLDER")
	}
	if c.Realm == "" {
		c.Realm = "exercise"
	}
	script, err := loadScenario(c.Scenario)
	var problems scenario.Problems
	if errors.As(err, &problems) {
		for _, p := range problems {
			fmt.Fprintln(s.out, p)
		}
		return fmt.Errorf("%d problems in %s; nothing was set up", len(problems), c.Scenario)
	}
	if err != nil {
		return err
	}
	of, first, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer of.Close()
	// The file first: an exercise whose cards are lost would be of no use.
	if c.Cards == "" {
		c.Cards = filepath.Join(c.Data, c.Realm, "cards-"+of.Now().Format("20060102-150405")+".pdf")
	}
	f, err := os.OpenFile(c.Cards, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("cards: %w; choose another file with --cards; nothing was set up", err)
	}
	defer f.Close()
	st, cast, err := of.SetUpExercise(ctx, realm.System, script, "")
	if err != nil {
		return err
	}
	at := c.Origin
	if first != c.Realm {
		at += "/realm/" + c.Realm
	}
	raw, err := office.Cards(cast, at, script.Title.In(c.Language), of.Texts.In(c.Language), of.Now())
	if err != nil {
		return err
	}
	if _, err := f.Write(raw); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%s %s is ready in the realm %s: %d teams, %d people\ncommitted to: %s\nprint %s and hand the cards out; they are as good as passwords until used\n"+
		"start it with: rufaa serve --data %s\ncontrol enters at %s/enter with: %s\n",
		script.ID, script.Version, c.Realm, len(st.Teams), len(cast), st.Digest, c.Cards, c.Data, at, cast[0].Link)
	return err
}

// open makes the realm, or opens it for the next exercise; first is the realm
// that serve puts at the root.
func (c exerciseStartCmd) open(ctx context.Context, s *streams) (of *office.Office, first string, err error) {
	safe, err := c.safe(ctx)
	if err != nil {
		return nil, "", err
	}
	o := office.Options{Data: c.Data, Realm: c.Realm, URL: c.DB, Safe: safe, Log: s.log,
		Accounts: accounts.Settings{InvitationTTL: cardsLast}}
	facts, err := realm.ReadFacts(c.Data, c.Realm)
	switch {
	case errors.Is(err, realm.ErrNoRealm):
		of, err = office.Create(ctx, o, realm.Exercise)
	case err == nil && facts.Kind != realm.Exercise:
		return nil, "", fmt.Errorf("the realm %s is no exercise; choose another name with --realm", c.Realm)
	case err == nil:
		of, err = office.Open(ctx, o)
	}
	if err != nil {
		return nil, "", err
	}
	names, err := realm.List(c.Data)
	if err != nil {
		return nil, "", errors.Join(err, of.Close())
	}
	return of, order(names, "")[0], nil
}

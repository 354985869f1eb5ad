package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"rufaa/internal/accounts"
	"rufaa/internal/office"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

type initCmd struct {
	place
	Name     string `help:"Name of the first administrator." default:"Administrator"`
	Username string `help:"User name of the first administrator." default:"administrator"`
	Agency   string `help:"Agency of the first administrator." default:"ctip-secretariat"`
}

func (c *initCmd) Run(ctx context.Context, s *streams) error {
	if c.Data == "" {
		return errors.New("say where the realm shall live: --data FOLDER")
	}
	if c.Realm == "" {
		c.Realm = "live"
	}
	safe, err := c.safe(ctx)
	if err != nil {
		return err
	}
	of, err := c.make(ctx, office.Options{Data: c.Data, Realm: c.Realm, URL: c.DB, Safe: safe, Log: s.log})
	if err != nil {
		return err
	}
	defer of.Close()
	link, err := of.Accounts.Invite(ctx, accounts.System, accounts.Invitation{
		Name: c.Name, Username: c.Username, Agency: c.Agency, Duties: []accounts.Duty{accounts.Administrator}, Language: "en"})
	if errors.Is(err, problem.ErrNotFound) {
		return fmt.Errorf("--agency: there is no agency %q; run init again with one that content/agencies names", c.Agency)
	}
	if err != nil {
		return worded(of.Texts.In("en"), err)
	}
	db := ""
	if c.DB != "" { // it may hold a password: not repeated
		db = " --db URL"
	}
	_, err = fmt.Fprintf(s.out, "realm %s made in %s\nkeep %s apart, and a copy of it where no backup is\n"+
		"start it with: rufaa serve --data %s%s\nthen open /invitation and enter this code once, within 72 hours, as %s:\n%s\n",
		c.Realm, filepath.Join(c.Data, c.Realm), filepath.Join(c.Data, c.Realm, "realm.key"), c.Data, db, c.Username, link.Token)
	return err
}

// make makes the realm, or goes on with one that stands without a single
// account: its making was cut off before anybody could be told how to come in.
func (c *initCmd) make(ctx context.Context, o office.Options) (*office.Office, error) {
	of, exists := office.Create(ctx, o, realm.Live)
	if !errors.Is(exists, realm.ErrRealmExists) {
		return of, exists
	}
	of, err := office.Open(ctx, o)
	if err != nil {
		return nil, errors.Join(exists, err)
	}
	nobody, err := empty(ctx, of.Accounts)
	if err == nil && nobody && of.Kind == realm.Live {
		return of, nil
	}
	return nil, errors.Join(exists, err, of.Close())
}

// empty tells whether nobody was ever invited.
func empty(ctx context.Context, a *accounts.Accounts) (bool, error) {
	agencies, err := a.Agencies(ctx)
	for _, g := range agencies {
		staff, err := a.StaffOf(ctx, g.ID)
		if err != nil || len(staff) > 0 {
			return false, err
		}
	}
	return err == nil, err
}

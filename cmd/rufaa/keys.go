package main

import (
	"context"
	"fmt"
	"path/filepath"

	"rufaa/internal/keyfile"
	"rufaa/internal/office"
)

type keysCmd struct {
	Rotate rotateCmd `cmd:"" help:"Add a new key-encryption key and wrap every data key under it; old data keys stay readable."`
	Retire retireCmd `cmd:"" help:"Drop every key-encryption key but the newest; backups of data keys made before the rotation become unreadable."`
}

type rotateCmd struct{ place }

func (c *rotateCmd) Run(ctx context.Context, s *streams) error {
	name, err := c.one()
	if err != nil {
		return err
	}
	if err := keyfile.Rotate(filepath.Join(c.Data, name, "realm.key")); err != nil {
		return err
	}
	of, err := office.Open(ctx, office.Options{Data: c.Data, Realm: name, URL: c.DB, Log: s.log})
	if err != nil {
		return err
	}
	defer of.Close()
	n, err := of.Vault.Rewrap(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "realm %s: new key in use, %d subjects wrapped again\n", name, n)
	return err
}

type retireCmd struct{ place }

func (c *retireCmd) Run(ctx context.Context, s *streams) error {
	name, err := c.one()
	if err != nil {
		return err
	}
	of, err := office.Open(ctx, office.Options{Data: c.Data, Realm: name, URL: c.DB, Log: s.log})
	if err != nil {
		return err
	}
	defer of.Close()
	n, err := of.Vault.Outdated(ctx)
	if err != nil {
		return err
	}
	if n > 0 {
		return fmt.Errorf("%d subjects are still wrapped under an older key and would be lost; run first: rufaa keys rotate --data %s --realm %s", n, c.Data, name)
	}
	if err := keyfile.Retire(filepath.Join(c.Data, name, "realm.key")); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "realm %s: only the newest key is left; backups of data keys made before the last rotation cannot be opened any more\n", name)
	return err
}

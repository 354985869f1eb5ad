package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"rufaa/internal/office"
)

type keysCmd struct {
	Rotate rotateCmd `cmd:"" help:"Add a new key-encryption key and wrap every data key under it; old data keys stay readable."`
	Wrap   wrapCmd   `cmd:"" help:"Put the key file under a KMS, or under the KMS's newest key."`
	Retire retireCmd `cmd:"" help:"Drop every key-encryption key but the newest; backups of data keys made before the rotation become unreadable."`
}

type rotateCmd struct{ place }

func (c *rotateCmd) Run(ctx context.Context, s *streams) error {
	name, err := c.one()
	if err != nil {
		return err
	}
	safe, err := c.safe(ctx)
	if err != nil {
		return err
	}
	if err := safe.Rotate(filepath.Join(c.Data, name, "realm.key")); err != nil {
		return err
	}
	of, err := office.Open(ctx, office.Options{Data: c.Data, Realm: name, URL: c.DB, Safe: safe, Log: s.log})
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
	safe, err := c.safe(ctx)
	if err != nil {
		return err
	}
	of, err := office.Open(ctx, office.Options{Data: c.Data, Realm: name, URL: c.DB, Safe: safe, Log: s.log})
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
	if err := safe.Retire(filepath.Join(c.Data, name, "realm.key")); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "realm %s: only the newest key is left; backups of data keys made before the last rotation cannot be opened any more\n", name)
	return err
}

type wrapCmd struct{ place }

func (c *wrapCmd) Run(ctx context.Context, s *streams) error {
	if c.KMS == "" {
		return errors.New("say which KMS: --kms URL, for example hashivault://rufaa-live")
	}
	name, err := c.one()
	if err != nil {
		return err
	}
	safe, err := c.safe(ctx)
	if err != nil {
		return err
	}
	path := filepath.Join(c.Data, name, "realm.key")
	if err := safe.Wrap(path); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "realm %s: %s is wrapped by the KMS; without it no command opens this realm; destroy copies made before\n", name, path)
	return err
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/accounts"
	"rufaa/internal/blob"
	"rufaa/internal/evidencefile"
	"rufaa/internal/ledger"
	"rufaa/internal/office"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/witness"
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
	of, err := office.Create(ctx, office.Options{Data: c.Data, Realm: c.Realm, URL: c.DB, Safe: safe, Log: s.log}, realm.Live)
	if err != nil {
		return err
	}
	defer of.Close()
	link, err := of.Accounts.Invite(ctx, accounts.System, accounts.Invitation{
		Name: c.Name, Username: c.Username, Agency: c.Agency, Duties: []accounts.Duty{accounts.Administrator}, Language: "en"})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "realm %s made in %s\nkeep %s apart, and a copy of it where no backup is\n"+
		"start it with: rufaa serve --data %s\nthen open /invitation and enter this code once, within 72 hours, as %s:\n%s\n",
		c.Realm, filepath.Join(c.Data, c.Realm), filepath.Join(c.Data, c.Realm, "realm.key"), c.Data, c.Username, link.Token)
	return err
}

// realms lists which realms a command is about.
func (p *place) realms() ([]string, error) {
	if p.Realm != "" {
		return []string{p.Realm}, nil
	}
	if p.Data == "" && p.DB != "" {
		return p.stored(context.Background())
	}
	if p.Data == "" {
		return nil, errors.New("say which realm: --data FOLDER, or --db URL")
	}
	names, err := realm.List(p.Data)
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("%w in %s", realm.ErrNoRealm, p.Data)
	}
	return names, err
}

// stored lists the realms of a PostgreSQL database.
func (p *place) stored(ctx context.Context) ([]string, error) {
	schemas, err := store.Schemas(ctx, p.DB, schemaPrefix)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, s := range schemas {
		if !strings.HasSuffix(s, "_keys") {
			names = append(names, strings.ReplaceAll(strings.TrimPrefix(s, schemaPrefix), "_", "-"))
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%w in this database", realm.ErrNoRealm)
	}
	return names, nil
}

// schemaPrefix stands before a realm's name in PostgreSQL.
const schemaPrefix = "realm_"

// one is the realm of a command that takes a single one.
func (p *place) one() (string, error) {
	names, err := p.realms()
	if err != nil {
		return "", err
	}
	return order(names, p.Realm)[0], nil
}

type verifyCmd struct {
	place
	Bundle string `arg:"" optional:"" help:"A bundle (zip) to verify in place of a realm; no database is needed." type:"existingfile"`
	Key    string `help:"Public key that you trust, as the platform publishes it; without it a bundle's own is used."`
	Quick  bool   `help:"The ledger alone; the sealed pieces of files are not read."`
}

func (c *verifyCmd) Run(ctx context.Context, s *streams) error {
	if c.Bundle != "" {
		return verifyBundle(s, c.Bundle, c.Key)
	}
	names, err := c.realms()
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := c.verify(ctx, s, name, !c.Quick); err != nil {
			return fmt.Errorf("realm %s: %w", name, err)
		}
	}
	return nil
}

// verify derives everything of one realm again; with files their sealed pieces
// are read, too.
func (c *place) verify(ctx context.Context, s *streams, name string, files bool) error {
	o := store.Options{Path: filepath.Join(c.Data, name, "rufaa.db")}
	if c.DB != "" {
		o = store.Options{URL: c.DB, Schema: schemaPrefix + strings.ReplaceAll(name, "-", "_")}
	} else if _, err := os.Stat(o.Path); err != nil {
		return fmt.Errorf("%w: %s", realm.ErrNoRealm, o.Path)
	}
	db, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	defer db.Close()
	facts, err := realm.FactsIn(ctx, db)
	if c.Data != "" {
		facts, err = realm.ReadFacts(c.Data, name)
	}
	if err != nil {
		return err
	}
	verifier, err := note.NewVerifier(facts.Verifier)
	if err != nil {
		return fmt.Errorf("the public key in realm.json: %w", err)
	}
	r, err := ledger.Verify(ctx, db, verifier)
	if err != nil {
		return err
	}
	seen, err := witness.Check(ctx, db, func(size int64) ([]byte, error) { return ledger.NoteAt(ctx, db, size) })
	if err != nil {
		return err
	}
	checkpoint, covered := "no checkpoint yet", int64(0)
	if r.Newest != nil {
		checkpoint, covered = fmt.Sprintf("checkpoint %d", r.Newest.Size), r.Newest.Size
	}
	_, err = fmt.Fprintf(s.out, "realm %s: %d events, %s, root %s, %d checkpoints: all verified\n", name, r.Events, checkpoint, r.Root, r.Checkpoints)
	for _, w := range seen {
		fmt.Fprintf(s.out, "realm %s: witnessed by %s up to event %d at %s\n", name, w.Name, w.Size, w.At.Format(time.RFC3339))
	}
	if n := r.Events - covered; n > 0 {
		fmt.Fprintf(s.out, "realm %s: the last %d events are under no checkpoint yet; that none of theirs was taken away tells only a witness, or the first line of an earlier verify\n", name, n)
	}
	if err != nil || !files {
		return err
	}
	// The check of the ledger read every page of these two itself.
	if err := db.CheckFile(ctx, "events", "tree"); err != nil {
		return fmt.Errorf("the ledger is whole, another table of the database file is not (rufaa rebuild folds read models again): %w", err)
	}
	if c.Data == "" {
		_, err = fmt.Fprintf(s.out, "realm %s: the pieces of files were not read; say where they lie: --data FOLDER\n", name)
		return err
	}
	return verifyFiles(ctx, s, name, db, blob.OpenFolder(filepath.Join(c.Data, name, realm.FilesFolder)))
}

// verifyFiles tells of every file whose sealed pieces are not what was kept.
func verifyFiles(ctx context.Context, s *streams, name string, db *store.DB, shelf blob.Shelf) error {
	v, err := evidencefile.Verify(ctx, db, shelf)
	if err != nil {
		return err
	}
	for _, d := range v.Damaged {
		what := "file"
		if d.Upload {
			what = "upload"
		}
		for i, f := range d.Faults {
			if i == faultsShown {
				fmt.Fprintf(s.out, "realm %s: %s %s: and %d more\n", name, what, d.ID, len(d.Faults)-i)
				break
			}
			fmt.Fprintf(s.out, "realm %s: %s %s (%s): %s\n", name, what, d.ID, where(d.Place), f)
		}
	}
	if n := len(v.Damaged); n > 0 {
		return fmt.Errorf("%d of %d files are damaged: put their pieces back from a backup (docs/operations.md)", n, v.Files+v.Uploads)
	}
	_, err = fmt.Fprintf(s.out, "realm %s: %d files and %d uploads under way, %d sealed pieces, %d bytes: all as the ledger says; %d destroyed\n",
		name, v.Files, v.Uploads, v.Pieces, v.Bytes, v.Destroyed)
	return err
}

// faultsShown is how many faults of one file are told one by one.
const faultsShown = 5

// where names what a file belongs to.
func where(p evidencefile.Place) string {
	switch {
	case p.Case != "":
		return "case " + p.Case
	case p.Scene != "":
		return "scene " + p.Scene
	}
	return "inquiry " + p.Inquiry
}

type rebuildCmd struct{ place }

func (c *rebuildCmd) Run(ctx context.Context, s *streams) error {
	names, err := c.realms()
	if err != nil {
		return err
	}
	safe, err := c.safe(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		of, err := office.Open(ctx, office.Options{Data: c.Data, Realm: name, URL: c.DB, Safe: safe, Log: s.log})
		if err != nil {
			return err
		}
		n, err := of.Rebuild(ctx)
		if err == nil {
			_, err = of.Likenesses.CompareAll(ctx)
		}
		if err = errors.Join(err, of.Close()); err != nil {
			return fmt.Errorf("realm %s: %w", name, err)
		}
		fmt.Fprintf(s.out, "realm %s: %d events folded again\n", name, n)
	}
	return nil
}

type backupCmd struct {
	place
	File string `arg:"" help:"File to write: rows and sealed pieces of files; FILE.keys is written beside it." type:"path"`
}

func (c *backupCmd) Run(ctx context.Context, s *streams) error {
	name, err := c.one()
	if err != nil {
		return err
	}
	b, err := realm.Backup(ctx, realm.Options{Dir: c.Data, Name: name, URL: c.DB}, c.File)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "realm %s: %s and %s%s written, with %d sealed pieces of files (%d bytes); the realm's key file is in neither\n",
		name, c.File, c.File, realm.KeysSuffix, b.Pieces, b.Bytes)
	if n := len(b.Faults); n > 0 {
		for _, f := range b.Faults[:min(n, faultsShown)] {
			fmt.Fprintf(s.out, "realm %s: file %s: %s\n", name, f.Content, f)
		}
		return fmt.Errorf("the backup was written, but %d pieces of files were damaged in the realm already; run: rufaa verify", n)
	}
	return nil
}

type restoreCmd struct {
	place
	File string `arg:"" help:"Backup to put back; FILE.keys beside it brings the data keys." type:"existingfile"`
}

func (c *restoreCmd) Run(ctx context.Context, s *streams) error {
	if c.Data == "" {
		return errors.New("say where to: --data FOLDER")
	}
	facts, err := realm.Restore(ctx, c.Data, c.DB, c.File)
	if err != nil {
		return err
	}
	if err := c.verify(ctx, s, facts.Name, true); err != nil {
		return fmt.Errorf("restored into %s, and it is not whole: %w", filepath.Join(c.Data, facts.Name), err)
	}
	fmt.Fprintf(s.out, "realm %s restored into %s\n", facts.Name, filepath.Join(c.Data, facts.Name))
	if _, err := os.Stat(filepath.Join(c.Data, facts.Name, "realm.key")); err != nil {
		fmt.Fprintf(s.out, "before serving, put the realm's key file back: %s (mode 0600)\n", filepath.Join(c.Data, facts.Name, "realm.key"))
	}
	return nil
}

type exportCmd struct {
	place
	Out string `help:"File to write; standard output when empty." type:"path"`
}

func (c *exportCmd) Run(ctx context.Context, s *streams) error {
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
	out := s.out
	if c.Out != "" {
		f, err := os.OpenFile(c.Out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("%w; choose a new file name", err)
		}
		defer f.Close()
		out = f
	}
	return export(ctx, of, out)
}

func export(ctx context.Context, of *office.Office, out io.Writer) error {
	enc := json.NewEncoder(out)
	if err := of.Ledger.Each(ctx, 0, func(e ledger.Event) error { return enc.Encode(e) }); err != nil {
		return err
	}
	cp, err := of.Ledger.Checkpoint(ctx)
	if err != nil {
		return err
	}
	return enc.Encode(map[string]string{"checkpoint": string(cp.Note)})
}

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/blob"
	"rufaa/internal/evidencefile"
	"rufaa/internal/ledger"
	"rufaa/internal/office"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/witness"
)

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

// alone takes the folder for this command: nobody else may serve or rewrite it
// meanwhile. In PostgreSQL several servers may work, and keep apart there.
func (p *place) alone(as string) (leave func() error, err error) {
	if p.DB != "" {
		return func() error { return nil }, nil
	}
	return realm.Occupy(p.Data, as)
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
	db, facts, err := realm.OpenRows(ctx, realm.Options{Dir: c.Data, Name: name, URL: c.DB})
	if err != nil {
		return err
	}
	defer db.Close()
	verifier, err := note.NewVerifier(facts.Verifier)
	if err != nil {
		return fmt.Errorf("the public key in realm.json: %w", err)
	}
	r, err := ledger.Verify(ctx, db, verifier)
	if err != nil {
		return err
	}
	if r.Events == 0 { // its agencies are the first events of every realm
		return errors.New("there is not one event: nothing is here to verify; if this is the right database, restore a backup")
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
	if c.Data == "" && c.DB != "" {
		return errors.New("say where the realm's folder is too: --data FOLDER (its key file opens the realm)")
	}
	names, err := c.realms()
	if err != nil {
		return err
	}
	safe, err := c.safe(ctx)
	if err != nil {
		return err
	}
	leave, err := c.alone("rebuild")
	if err != nil {
		return err
	}
	defer leave()
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
	File        string `arg:"" help:"Backup to put back; FILE.keys beside it brings the data keys." type:"existingfile"`
	WithoutKeys bool   `help:"Restore although no FILE.keys is there: the ledger verifies, and nothing that was sealed opens again."`
}

func (c *restoreCmd) Run(ctx context.Context, s *streams) error {
	if c.Data == "" {
		return errors.New("say where to: --data FOLDER")
	}
	if _, err := os.Stat(c.File + realm.KeysSuffix); errors.Is(err, fs.ErrNotExist) && !c.WithoutKeys {
		return fmt.Errorf("%s%s is not there: without the data keys nothing that was sealed opens again; put it beside the backup, or say --without-keys", c.File, realm.KeysSuffix)
	}
	leave, err := c.alone("restore")
	if err != nil {
		return err
	}
	defer leave()
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
	l, done, err := c.ledger(ctx, s, name)
	if err != nil {
		return err
	}
	defer done()
	if c.Out == "" {
		return export(ctx, l, s.out)
	}
	f, err := os.OpenFile(c.Out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("%w; choose a new file name", err)
	}
	return errors.Join(export(ctx, l, f), f.Sync(), f.Close())
}

// ledger opens a realm's ledger. With its folder a checkpoint over the last
// event is signed on the way out; a database alone gives the newest it has.
func (c *exportCmd) ledger(ctx context.Context, s *streams, name string) (*ledger.Ledger, func() error, error) {
	if c.Data == "" {
		db, facts, err := realm.OpenRows(ctx, realm.Options{Name: name, URL: c.DB})
		if err != nil {
			return nil, nil, err
		}
		verifier, err := note.NewVerifier(facts.Verifier)
		if err != nil {
			return nil, nil, errors.Join(err, db.Close())
		}
		l, err := ledger.New(ctx, db, ledger.Options{Realm: name, Verifier: verifier})
		if err != nil {
			return nil, nil, errors.Join(err, db.Close())
		}
		return l, db.Close, nil
	}
	safe, err := c.safe(ctx)
	if err != nil {
		return nil, nil, err
	}
	of, err := office.Open(ctx, office.Options{Data: c.Data, Realm: name, URL: c.DB, Safe: safe, Log: s.log})
	if err != nil {
		return nil, nil, err
	}
	if _, err := of.Ledger.Checkpoint(ctx); err != nil {
		return nil, nil, errors.Join(err, of.Close())
	}
	return of.Ledger, of.Close, nil
}

func export(ctx context.Context, l *ledger.Ledger, out io.Writer) error {
	cp, err := l.Newest(ctx) // first: all that it covers is among the events
	if err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	enc := json.NewEncoder(w)
	if err := l.Each(ctx, 0, func(e ledger.Event) error { return enc.Encode(e) }); err != nil {
		return err
	}
	return errors.Join(enc.Encode(map[string]string{"checkpoint": string(cp.Note)}), w.Flush())
}

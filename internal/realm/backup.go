package realm

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"rufaa/internal/store"
)

// KeysSuffix is what the second file of a backup is called: the data keys,
// wrapped. It is kept apart and for a shorter time than the data, because an
// erasure is only as good as the oldest copy of the keys.
const KeysSuffix = ".keys"

// Backup writes two files: file, with every row, and file.keys, with the
// wrapped data keys. Neither opens anything without the realm's key file,
// which is in neither. It may run beside a serving process.
func Backup(ctx context.Context, o Options, file string) error {
	if err := o.defaults(); err != nil {
		return fmt.Errorf("realm: %w", err)
	}
	facts, err := ReadFacts(o.Dir, o.Name)
	if err != nil {
		return err
	}
	rows, keys, err := openStores(ctx, o)
	if err != nil {
		return err
	}
	defer rows.Close()
	defer keys.Close()
	// Keys last: whatever the rows hold then has its key in the copy.
	if err := pack(ctx, rows, facts, "rufaa.db", file); err != nil {
		return err
	}
	if err := pack(ctx, keys, facts, "keys.db", file+KeysSuffix); err != nil {
		os.Remove(file)
		return err
	}
	return nil
}

// pack writes one store and the realm's facts into a zip file, all or nothing.
func pack(ctx context.Context, db *store.DB, facts Facts, name, file string) (err error) {
	if _, err := os.Stat(file); err == nil {
		return fmt.Errorf("realm: %s exists already; choose a new file name", file)
	}
	tmp, err := os.MkdirTemp(filepath.Dir(file), ".rufaa-backup-")
	if err != nil {
		return fmt.Errorf("realm: backup: %w", err)
	}
	defer os.RemoveAll(tmp)
	copied := filepath.Join(tmp, name)
	if db.Engine() == store.SQLite {
		err = db.BackupTo(ctx, copied)
	} else {
		err = copyInto(ctx, db, copied)
	}
	if err != nil {
		return err
	}
	part := filepath.Join(tmp, "backup.zip")
	out, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("realm: backup: %w", err)
	}
	z := zip.NewWriter(out)
	if err = errors.Join(zipJSON(z, "realm.json", facts), zipFile(z, name, copied), z.Close(), out.Sync(), out.Close()); err != nil {
		return fmt.Errorf("realm: backup: %w", err)
	}
	return os.Rename(part, file)
}

func copyInto(ctx context.Context, db *store.DB, file string) error {
	to, err := store.Open(ctx, store.Options{Path: file})
	if err != nil {
		return err
	}
	return errors.Join(db.CopyTo(ctx, to), to.Close())
}

func zipJSON(z *zip.Writer, name string, v any) error {
	w, err := z.Create(name)
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(v)
}

func zipFile(z *zip.Writer, name, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	w, err := z.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, in)
	return err
}

// Restore puts a backup back into an empty place: a folder without this
// realm's rows, or an empty PostgreSQL schema. The realm's key file is not in
// a backup; put it back from where it is kept apart.
func Restore(ctx context.Context, dir, url, file string) (Facts, error) {
	facts, rowsFile, clean, err := unpack(file, "rufaa.db")
	if err != nil {
		return Facts{}, err
	}
	defer clean()
	o := Options{Dir: dir, Name: facts.Name, URL: url}
	if err := o.defaults(); err != nil {
		return Facts{}, fmt.Errorf("realm: %w", err)
	}
	if err := os.MkdirAll(o.folder(), 0o700); err != nil {
		return Facts{}, fmt.Errorf("realm: restore: %w", err)
	}
	if err := put(ctx, o, rowsFile, "rufaa"); err != nil {
		return Facts{}, err
	}
	if _, err := os.Stat(file + KeysSuffix); err == nil {
		_, keysFile, clean, err := unpack(file+KeysSuffix, "keys.db")
		if err != nil {
			return Facts{}, err
		}
		defer clean()
		if err := put(ctx, o, keysFile, "keys"); err != nil {
			return Facts{}, err
		}
	}
	raw, err := json.MarshalIndent(facts, "", "  ")
	if err != nil {
		return Facts{}, err
	}
	return facts, os.WriteFile(filepath.Join(o.folder(), "realm.json"), append(raw, '\n'), 0o600)
}

func unpack(file, name string) (facts Facts, path string, clean func(), err error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return Facts{}, "", nil, fmt.Errorf("realm: %s is not a backup: %w", file, err)
	}
	defer z.Close()
	f, err := z.Open("realm.json")
	if err != nil {
		return Facts{}, "", nil, fmt.Errorf("realm: %s is not a backup of Rufaa", file)
	}
	err = json.NewDecoder(f).Decode(&facts)
	f.Close()
	if err != nil {
		return Facts{}, "", nil, fmt.Errorf("realm: %s: %w", file, err)
	}
	in, err := z.Open(name)
	if err != nil {
		return Facts{}, "", nil, fmt.Errorf("realm: %s holds no %s; is it the other file of the backup?", file, name)
	}
	defer in.Close()
	tmp, err := os.MkdirTemp("", "rufaa-restore-")
	if err != nil {
		return Facts{}, "", nil, err
	}
	clean = func() { os.RemoveAll(tmp) }
	path = filepath.Join(tmp, name)
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = io.Copy(out, in)
		err = errors.Join(err, out.Close())
	}
	if err != nil {
		clean()
		return Facts{}, "", nil, fmt.Errorf("realm: restore: %w", err)
	}
	return facts, path, clean, nil
}

// put moves an unpacked store to its place, which must be empty.
func put(ctx context.Context, o Options, from, name string) error {
	if o.URL == "" {
		to := filepath.Join(o.folder(), name+".db")
		if _, err := os.Stat(to); err == nil {
			return fmt.Errorf("realm: %s exists already; restore into an empty folder", to)
		}
		src, err := store.Open(ctx, store.Options{Path: from})
		if err != nil {
			return err
		}
		defer src.Close()
		return src.BackupTo(ctx, to)
	}
	src, err := store.Open(ctx, store.Options{Path: from})
	if err != nil {
		return err
	}
	defer src.Close()
	rows, keys, err := openStores(ctx, o)
	if err != nil {
		return err
	}
	defer rows.Close()
	defer keys.Close()
	to := rows
	if name == "keys" {
		to = keys
	}
	var n int
	if err := to.QueryRow(ctx, `SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM key_rings)`).Scan(&n); err == nil && n > 0 {
		return fmt.Errorf("realm: the schema of %s is not empty; restore into an empty database", o.Name)
	}
	return src.CopyTo(ctx, to)
}

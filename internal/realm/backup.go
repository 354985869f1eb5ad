package realm

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"rufaa/internal/blob"
	"rufaa/internal/store"
)

// KeysSuffix is what the second file of a backup is called: the data keys,
// wrapped. It is kept apart and for a shorter time than the data, because an
// erasure is only as good as the oldest copy of the keys.
const KeysSuffix = ".keys"

// filesName is the part of a backup that holds the sealed pieces of files: a
// tar, so that neither writing nor reading it takes memory.
const filesName = "files.tar"

// Backed tells what a backup holds of files.
type Backed struct {
	Pieces int64
	Bytes  int64
	Faults []blob.Fault // pieces that are missing or altered in the realm itself
}

// Backup writes two files: file, with every row and the sealed pieces of
// files, and file.keys, with the wrapped data keys. Neither opens anything
// without the realm's key file, which is in neither. A database alone (Dir
// empty) is enough for a realm without files. It may run beside a serving process. Damaged pieces do not end it; they are told.
func Backup(ctx context.Context, o Options, file string) (*Backed, error) {
	if err := o.defaults(); err != nil {
		return nil, fmt.Errorf("realm: %w", err)
	}
	facts, err := ReadFacts(o.Dir, o.Name)
	if err != nil && o.Dir != "" {
		return nil, err
	}
	rows, keys, err := openStores(ctx, o, true)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	defer keys.Close()
	if o.Dir == "" {
		facts, err = FactsIn(ctx, rows)
	} else {
		err = sameRealm(ctx, rows, facts, o.folder())
	}
	if err != nil {
		return nil, err
	}
	// Keys last: whatever the rows hold then has its key in the copy.
	p := packer{rows: rows, shelf: o.shelf(), blind: o.Dir == "" && o.Shelf == nil}
	if err := pack(file, facts, func(z *zip.Writer, tmp string) error { return p.contents(ctx, z, tmp) }); err != nil {
		return nil, err
	}
	err = pack(file+KeysSuffix, facts, func(z *zip.Writer, tmp string) error {
		copied := filepath.Join(tmp, "keys.db")
		if err := snapshot(ctx, keys, copied); err != nil {
			return err
		}
		return zipFile(z, "keys.db", copied)
	})
	if err != nil {
		os.Remove(file)
		return nil, err
	}
	return &p.backed, nil
}

// pack writes the realm's facts and what fill adds into a zip file, all or
// nothing. Fill gets a folder for what it needs on the way.
func pack(file string, facts Facts, fill func(z *zip.Writer, tmp string) error) (err error) {
	if _, err := os.Stat(file); err == nil {
		return fmt.Errorf("realm: %s exists already; choose a new file name", file)
	}
	tmp, err := os.MkdirTemp(filepath.Dir(file), ".rufaa-backup-")
	if err != nil {
		return fmt.Errorf("realm: backup: %w", err)
	}
	defer os.RemoveAll(tmp)
	part := filepath.Join(tmp, "backup.zip")
	out, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("realm: backup: %w", err)
	}
	z := zip.NewWriter(out)
	err = zipJSON(z, "realm.json", facts)
	if err == nil {
		err = fill(z, tmp)
	}
	if err = errors.Join(err, z.Close(), out.Sync(), out.Close()); err != nil {
		return fmt.Errorf("realm: backup: %w", err)
	}
	return os.Rename(part, file)
}

// packer puts rows and pieces of files into a backup.
type packer struct {
	rows   *store.DB
	shelf  blob.Shelf
	blind  bool // nobody said where the pieces lie: there must be none
	backed Backed
}

// snapshots bounds how often the rows are read anew because a file that they
// tell of was destroyed while its last pieces were carried.
const snapshots = 20

// contents carries the pieces first, which takes as long as it takes, then
// reads the rows, and carries what came meanwhile. So the pieces are never
// fewer than what the rows tell of.
func (p *packer) contents(ctx context.Context, z *zip.Writer, tmp string) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: filesName, Method: zip.Store}) // sealed: nothing to press out
	if err != nil {
		return err
	}
	if p.blind {
		p.shelf = blob.OpenFolder(filepath.Join(tmp, "none"))
	}
	c := blob.NewCarrier(p.rows, p.shelf, w)
	if _, err := c.Carry(ctx, p.rows); err != nil {
		return err
	}
	copied := ""
	for n, gone := 0, true; gone; n++ {
		if n == snapshots {
			return errors.New("files were destroyed again and again meanwhile; run it when there is less to do")
		}
		os.Remove(copied) // rows that tell of a destroyed file
		copied = filepath.Join(tmp, fmt.Sprintf("rows-%d.db", n))
		if gone, err = p.carryRest(ctx, c, copied); err != nil {
			return err
		}
	}
	if err := c.Close(); err != nil {
		return err
	}
	if p.blind && len(c.Faults) > 0 {
		return errors.New("the realm has files, whose sealed pieces lie in its folder: say where that is, --data FOLDER")
	}
	p.backed = Backed{Pieces: c.Pieces, Bytes: c.Bytes, Faults: c.Faults}
	return zipFile(z, "rufaa.db", copied)
}

// carryRest reads the rows into a file and carries the pieces that only they
// tell of.
func (p *packer) carryRest(ctx context.Context, c *blob.Carrier, copied string) (gone bool, err error) {
	if err := snapshot(ctx, p.rows, copied); err != nil {
		return false, err
	}
	rows, err := store.Open(ctx, store.Options{Path: copied, Readers: 1})
	if err != nil {
		return false, err
	}
	gone, err = c.Carry(ctx, rows)
	return gone, errors.Join(err, rows.Close())
}

// snapshot writes a consistent copy of a store into a SQLite file.
func snapshot(ctx context.Context, db *store.DB, file string) error {
	if db.Engine() == store.SQLite {
		return db.BackupTo(ctx, file)
	}
	return copyInto(ctx, db, file)
}

func copyInto(ctx context.Context, db *store.DB, file string) error {
	to, err := store.Open(ctx, store.Options{Path: file, Keys: db.Keys()})
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
// realm's rows and files, or an empty PostgreSQL schema. Both files are read to
// their ends and the place is looked at before anything is put there; what a
// full disk stops half way is taken away again from a folder. The realm's key
// file is not in a backup; put it back from where it is kept apart. That
// everything came back whole is told by verifying the realm (ledger.Verify,
// evidencefile.Verify).
func Restore(ctx context.Context, dir, url, file string) (_ Facts, err error) {
	facts, rowsFile, clean, err := unpack(file, "rufaa.db")
	if err != nil {
		return Facts{}, err
	}
	defer clean()
	keysFile, cleanKeys, err := unpackKeys(file, facts)
	if err != nil {
		return Facts{}, err
	}
	defer cleanKeys()
	o := Options{Dir: dir, Name: facts.Name, URL: url}
	if err := o.defaults(); err != nil {
		return Facts{}, fmt.Errorf("realm: %w", err)
	}
	if err := emptyPlace(ctx, o); err != nil {
		return Facts{}, err
	}
	if err := os.MkdirAll(o.folder(), 0o700); err != nil {
		return Facts{}, fmt.Errorf("realm: restore: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, takeAway(o))
		}
	}()
	if err := put(ctx, o, rowsFile, "rufaa"); err != nil {
		return Facts{}, err
	}
	if err := putFiles(ctx, o, file, rowsFile); err != nil {
		return Facts{}, err
	}
	if keysFile != "" {
		if err := put(ctx, o, keysFile, "keys"); err != nil {
			return Facts{}, err
		}
	}
	raw, err := json.MarshalIndent(facts, "", "  ")
	if err != nil {
		return Facts{}, err
	}
	return facts, os.WriteFile(filepath.Join(o.folder(), factsFile), append(raw, '\n'), 0o600)
}

// unpackKeys reads the data keys beside a backup; "" where there are none.
func unpackKeys(file string, of Facts) (path string, clean func(), err error) {
	if _, err := os.Stat(file + KeysSuffix); errors.Is(err, fs.ErrNotExist) {
		return "", func() {}, nil
	}
	facts, path, clean, err := unpack(file+KeysSuffix, "keys.db")
	if err == nil && facts.Verifier != of.Verifier {
		clean()
		err = fmt.Errorf("realm: %s%s holds the data keys of another realm than %[1]s; put the one beside it that was written with it", file, KeysSuffix)
	}
	return path, clean, err
}

// takeAway removes from a folder what a restore that failed had put there. It
// was empty before, but for the key file.
func takeAway(o Options) error {
	if o.URL != "" {
		return fmt.Errorf("realm: what stands in the schemas %s and %[1]s_keys is half a restore: drop both before the next", schemaOf(o.Name))
	}
	var errs []error
	for _, name := range []string{"rufaa.db", "rufaa.db-wal", "rufaa.db-shm", "keys.db", "keys.db-wal", "keys.db-shm", FilesFolder} {
		errs = append(errs, os.RemoveAll(filepath.Join(o.folder(), name)))
	}
	os.Remove(o.folder()) // where nothing else lies in it
	return errors.Join(errs...)
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

// emptyPlace refuses a place where rows, keys or files of a realm lie.
func emptyPlace(ctx context.Context, o Options) error {
	lying, err := o.shelf().Contents(ctx)
	if err == nil && len(lying) > 0 {
		err = fmt.Errorf("realm: files lie in %s already; restore into an empty folder", filepath.Join(o.folder(), FilesFolder))
	}
	if err != nil {
		return err
	}
	for _, name := range []string{factsFile, "rufaa.db", "keys.db"} {
		to := filepath.Join(o.folder(), name)
		if _, err := os.Stat(to); err == nil {
			return fmt.Errorf("realm: %s exists already; restore into an empty folder", to)
		}
	}
	if o.URL == "" {
		return nil
	}
	rows, keys, err := openStores(ctx, o, false)
	if err != nil {
		return err
	}
	defer rows.Close()
	defer keys.Close()
	var n int
	for db, count := range map[*store.DB]string{rows: `SELECT count(*) FROM events`, keys: `SELECT count(*) FROM key_rings`} {
		if err := db.QueryRow(ctx, count).Scan(&n); err != nil {
			return fmt.Errorf("realm: restore: %w", err)
		}
		if n > 0 {
			return fmt.Errorf("realm: the schema of %s is not empty; restore into an empty database", o.Name)
		}
	}
	return nil
}

// putFiles lays the pieces of files back that the rows tell of. A backup from
// before files were in it has none.
func putFiles(ctx context.Context, o Options, file, rowsFile string) error {
	z, err := zip.OpenReader(file)
	if err != nil {
		return fmt.Errorf("realm: %s is not a backup: %w", file, err)
	}
	defer z.Close()
	in, err := z.Open(filesName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("realm: restore: %w", err)
	}
	defer in.Close()
	rows, err := store.Open(ctx, store.Options{Path: rowsFile, Readers: 1})
	if err != nil {
		return err
	}
	defer rows.Close()
	if _, err := blob.PutBack(ctx, rows, o.shelf(), in); err != nil {
		return err
	}
	// To the very end: only there does the zip tell that nothing was changed.
	if _, err := io.Copy(io.Discard, in); err != nil {
		return fmt.Errorf("realm: restore: %s of %s: %w", filesName, file, err)
	}
	return nil
}

// put moves an unpacked store to its place, which is empty.
func put(ctx context.Context, o Options, from, name string) error {
	src, err := store.Open(ctx, store.Options{Path: from, Keys: name == "keys"})
	if err != nil {
		return err
	}
	defer src.Close()
	if o.URL == "" {
		return src.BackupTo(ctx, filepath.Join(o.folder(), name+".db"))
	}
	rows, keys, err := openStores(ctx, o, false)
	if err != nil {
		return err
	}
	defer rows.Close()
	defer keys.Close()
	if src.Keys() {
		return src.CopyTo(ctx, keys)
	}
	return src.CopyTo(ctx, rows)
}

package office

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"time"

	"rufaa/internal/blob"
	"rufaa/internal/evidencefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/hashlist"
	"rufaa/internal/realm"
)

// openFiles opens the rooms of files and hash lists.
func (of *Office) openFiles(o Options) error {
	rules, err := evidencefile.LoadRules(of.files)
	if err != nil {
		return err
	}
	shelf := o.Shelf
	if shelf == nil {
		if shelf, err = blob.NewFolder(filepath.Join(of.Dir, realm.FilesFolder)); err != nil {
			return err
		}
	}
	keeper := blob.New(blob.Options{Store: of.Store, Vault: of.Vault, Shelf: shelf, Now: of.Now, Mark: rand.Text})
	if of.Kind == realm.Exercise {
		o.Stamper = nil // no authority outside is asked: nothing leaves, not even a digest
	}
	of.HashLists = hashlist.New(of.Realm, rules.Categories)
	of.Files = evidencefile.New(evidencefile.Options{Realm: of.Realm, Cases: of.Cases, Inquiries: of.Inquiries, Scenes: of.Scenes,
		Blobs: keeper, Lists: of.HashLists, Rules: rules, Stamper: o.Stamper, Exhibit: of.exhibitOf, Log: of.Log})
	of.HashLists.OnImport(func(ctx context.Context) error { _, err := of.Files.Rematch(ctx); return err })
	of.Cases.OnForget(of.Files.Forget)
	return nil
}

// exhibitOf is an exhibit as the room of files knows it.
func (of *Office) exhibitOf(ctx context.Context, id string) (evidencefile.Exhibit, error) {
	s, err := of.Exhibits.Load(ctx, id)
	return evidencefile.Exhibit{Scene: s.Scene, Abuse: s.Plain.Kind == exhibit.KindCSAM, Guard: realm.Guard{Stream: exhibit.Stream(id), Version: s.Version}}, err
}

// filesWork is what the clock owes files.
func (of *Office) filesWork(ctx context.Context) {
	of.every(ctx, 30*time.Second, "files", func() error { return of.Files.Work(ctx) })
	of.every(ctx, 30*time.Second, "timestamps", func() error { return of.Files.StampAll(ctx) })
	of.every(ctx, time.Hour, "files-tidy", func() error { return of.Files.Tidy(ctx) })
}

package directory

import (
	"context"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// ExportRecord stands in the log for each file that left.
type ExportRecord struct {
	Format string `json:"format"` // csv, xlsx or geojson
	Rows   int    `json:"rows"`
}

// MayExport asks the door.
func (d *Directory) MayExport(who realm.Actor) error {
	return d.realm.Door.Realm(who.Principal, policy.DirectoryExport)
}

// Exported records that the public directory leaves as a file. It is called
// before the file does.
func (d *Directory) Exported(ctx context.Context, who realm.Actor, r ExportRecord) error {
	if err := d.MayExport(who); err != nil {
		return err
	}
	_, err := d.realm.Commit(ctx, realm.Command{Actor: who, Appends: []realm.Append{
		{Stream: DirectoryLog, Expected: ledger.AnyVersion, Drafts: []ledger.Draft{draft(ExportDone, r)}}}})
	return err
}

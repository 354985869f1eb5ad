package office

import (
	"errors"
	"io/fs"

	"rufaa/internal/content"
	"rufaa/internal/policy"
	"rufaa/internal/text"

	datafiles "rufaa/content"
)

// Sources are the data files, read and checked once: all realms of a program
// are opened from one reading of them. What a realm then changes in its
// rulebook is its own.
type Sources struct {
	files   fs.FS
	content *content.Content
	texts   *text.Catalogs
	door    *policy.Door
}

// ReadSources reads the data files; nil are the program's own. Its error tells
// everything wrong at once: file, line and remedy.
func ReadSources(files fs.FS) (*Sources, error) {
	if files == nil {
		files = datafiles.Files
	}
	c, err := content.Load(files)
	texts, terr := text.Load(files, "text")
	door, derr := policy.Load(files, "policy")
	if err := errors.Join(err, terr, derr); err != nil {
		return nil, err
	}
	return &Sources{files: files, content: c, texts: texts, door: door}, nil
}

package directory

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"rufaa/internal/ledger"
	"rufaa/internal/realm"
)

// Packer keeps what a large import brings small in memory: rows of one list are
// much alike. It is for one goroutine.
type Packer struct {
	w   *flate.Writer
	buf bytes.Buffer
}

// Pack writes a value of plain fields into few bytes.
func (k *Packer) Pack(v any) ([]byte, error) {
	k.buf.Reset()
	if k.w == nil {
		w, err := flate.NewWriter(&k.buf, flate.BestSpeed)
		if err != nil {
			return nil, fmt.Errorf("directory: pack: %w", err)
		}
		k.w = w
	}
	k.w.Reset(&k.buf)
	if err := json.NewEncoder(k.w).Encode(v); err != nil {
		return nil, fmt.Errorf("directory: pack: %w", err)
	}
	if err := k.w.Close(); err != nil {
		return nil, fmt.Errorf("directory: pack: %w", err)
	}
	return bytes.Clone(k.buf.Bytes()), nil
}

// Unpack reads what Pack wrote.
func Unpack(packed []byte, into any) error {
	raw, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		return fmt.Errorf("directory: unpack: %w", err)
	}
	return nil
}

// packedAppend is a decided change of one entry, until it is written.
type packedAppend struct {
	stream   string
	expected int64
	drafts   []byte
}

type packedDraft struct {
	Kind    string          `json:"k"`
	Payload json.RawMessage `json:"p"`
}

func (im *importRun) append(p *Provider, drafts []ledger.Draft) error {
	if len(drafts) == 0 || im.dry {
		return nil
	}
	list := make([]packedDraft, len(drafts))
	for i, d := range drafts {
		raw, err := json.Marshal(d.Payload)
		if err != nil {
			return fmt.Errorf("directory: import: %w", err)
		}
		list[i] = packedDraft{d.Kind, raw}
	}
	raw, err := im.packer.Pack(list)
	im.appends = append(im.appends, packedAppend{Stream(p.ID), p.Version, raw})
	return err
}

// unpacked gives the changes one by one, when they are due.
func (im *importRun) unpacked() iter.Seq2[realm.Append, error] {
	return func(yield func(realm.Append, error) bool) {
		for _, x := range im.appends {
			var list []packedDraft
			err := Unpack(x.drafts, &list)
			a := realm.Append{Stream: x.stream, Expected: x.expected}
			for _, d := range list {
				a.Drafts = append(a.Drafts, draft(d.Kind, d.Payload))
			}
			if !yield(a, err) {
				return
			}
		}
	}
}

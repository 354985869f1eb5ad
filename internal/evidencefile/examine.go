package evidencefile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/gabriel-vasile/mimetype"

	"rufaa/internal/blob"
	"rufaa/internal/ledger"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// examiner names what looked at a content, with the version of what it sees.
const examiner = "rufaa-examiner/2"

// PurposeCheck is the purpose in the record when the platform itself looks at a
// content's form; no person sees it.
const PurposeCheck = "file-check"

// Oddities of a content.
const (
	OddExtension = "extension" // the name says another type than the content
	OddZip       = "extra-zip" // a zip archive hangs on behind something else
	OddPDF       = "extra-pdf" // a PDF begins inside something else
	OddScript    = "script"    // a page or script stands in something else
	OddPixels    = "pixels"    // a picture too large to be drawn
	OddBroken    = "broken"    // what a camera wrote cannot be read
	OddPlace     = "place"     // the camera wrote a place where nobody photographs: 0, 0, or none on earth
	OddKind      = "kind"      // said to be a photo, sound or video, and is none
)

// system is the realm as it looks at a file.
func (f *Files) system(s *State) vault.Opening {
	return vault.Opening{Actor: realm.System.Staff, Agency: realm.System.Agency, Duty: realm.System.Duty, Purpose: PurposeCheck, Basis: "duty", Case: recordOf(s.File.Place)}
}

// examine looks at the form of a kept file: type by content, what does not fit,
// and what a camera wrote. It is recorded like every opening, and done once.
func (f *Files) examine(ctx context.Context, id string) error {
	s, err := f.read(ctx, id)
	if err != nil || !s.Exists() || s.Examined != nil || s.End != nil {
		return err
	}
	if err := f.cleared(ctx, s); err != nil {
		if errors.As(err, new(*problem.Refused)) {
			return nil // the clock compares it and comes again; or it was destroyed
		}
		return err
	}
	in, err := f.blobs.Open(ctx, f.system(s), id, id+"/form")
	if errors.Is(err, vault.ErrPieceErased) || errors.Is(err, blob.ErrNone) {
		return nil // destroyed meanwhile
	}
	if err != nil {
		return err
	}
	defer in.Close()
	name, err := f.realm.Vault.Open(ctx, f.system(s), []vault.Item{{Place: place(id, "name", s.File.Compartment), Sealed: s.File.Name}})
	if err != nil {
		return err
	}
	found, err := look(in, in.Size(), name[0], s.File.Kind, f.Rules.Preview.Memory)
	if err != nil {
		return err
	}
	ev := ExaminedEvent{By: examiner, Type: found.kind, Odd: found.odd, Width: found.width, Height: found.height, Turn: found.turn, TakenAt: found.takenAt, Zoned: found.zoned}
	seal, err := f.realm.Vault.Sealer(ctx, blob.Subject(id))
	if err == nil {
		ev.Position, err = seal.Seal(place(id, "position", s.File.Compartment), found.position)
	}
	if err == nil {
		ev.Camera, err = seal.Seal(place(id, "camera", s.File.Compartment), found.camera)
	}
	if err != nil {
		return fmt.Errorf("evidencefile: examine: %w", err)
	}
	if _, err := f.realm.Commit(ctx, realm.Command{Actor: realm.System, Purpose: PurposeCheck,
		Appends: []realm.Append{{Stream: Stream(id), Expected: s.Version, Drafts: []ledger.Draft{draft(Examined, ev)}}}}); err != nil {
		return err
	}
	if found.draws && !s.File.NoPreview && s.File.Kind == "photo" {
		err := f.draw(ctx, s, in, found.turn, realm.Command{})
		if !errors.Is(err, errNoPicture) && !errors.Is(err, errNoParent) && !errors.Is(err, errAbuseExhibit) { // none of a broken picture, nor of one that is no more
			return err
		}
	}
	return nil
}

// form is what was seen of a content.
type form struct {
	kind          string
	odd           []string
	width, height int
	draws         bool // a preview can be drawn
	turn          int  // as the camera was held; 0 is as stored
	takenAt       *time.Time
	zoned         bool
	position      string
	camera        string
}

// How much of the head and the tail is looked at, in bytes. A zip archive ends
// within 65,557 bytes of the end.
const (
	headSize = 64 << 10
	tailSize = 65_557
)

// look reads the form of a content. It never decodes a picture.
func look(in io.ReadSeeker, size int64, name, kind string, memory int64) (*form, error) {
	head, err := span(in, 0, headSize)
	if err != nil {
		return nil, err
	}
	m := mimetype.Detect(head)
	f := &form{kind: m.String()}
	if t, _, err := mime.ParseMediaType(f.kind); err == nil {
		f.kind = t
	}
	if ext := strings.ToLower(path.Ext(name)); ext != "" && !fits(m, ext) {
		f.add(OddExtension)
	}
	family, _, _ := strings.Cut(f.kind, "/")
	if want := map[string]string{"photo": "image", "audio": "audio", "video": "video"}[kind]; want != "" && want != family && !(kind == "audio" && family == "video") {
		f.add(OddKind)
	}
	tail, err := span(in, max(0, size-tailSize), tailSize)
	if err != nil {
		return nil, err
	}
	f.hidden(m, head, tail)
	if family == "image" {
		f.picture(in, memory)
		f.exif(in)
	}
	return f, nil
}

func (f *form) add(odd string) {
	if !slices.Contains(f.odd, odd) {
		f.odd = append(f.odd, odd)
	}
}

// span reads up to n bytes from a place on.
func span(in io.ReadSeeker, at int64, n int) ([]byte, error) {
	if _, err := in.Seek(at, io.SeekStart); err != nil {
		return nil, err
	}
	buf := make([]byte, n)
	n, err := io.ReadFull(in, buf)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	return buf[:n], nil
}

// fits tells whether an extension is one of the content's type or of what it is
// a kind of. Of a content without a known form nothing is said.
func fits(m *mimetype.MIME, ext string) bool {
	alias := map[string]string{".jpeg": ".jpg", ".jfif": ".jpg", ".tif": ".tiff", ".htm": ".html", ".heif": ".heic", ".mpeg": ".mpg", ".m4v": ".mp4", ".qt": ".mov",
		".oga": ".ogg", ".aif": ".aiff", ".md": ".txt", ".log": ".txt", ".csv": ".txt", ".tsv": ".txt"}
	same := func(a, b string) bool {
		if x, ok := alias[a]; ok {
			a = x
		}
		if x, ok := alias[b]; ok {
			b = x
		}
		return a == b
	}
	if m.Is("application/octet-stream") {
		known := []string{".jpg", ".jpeg", ".png", ".gif", ".pdf", ".zip", ".mp4", ".mp3", ".wav", ".docx", ".xlsx", ".tiff", ".heic", ".webp"}
		return !slices.Contains(known, ext)
	}
	for at := m; at != nil; at = at.Parent() {
		if same(at.Extension(), ext) {
			return true
		}
	}
	return m.Is("text/plain") && !slices.Contains([]string{".jpg", ".jpeg", ".png", ".gif", ".pdf", ".zip", ".mp4", ".mp3"}, ext)
}

// hidden finds a second form behind or inside the first: such a file shows one
// thing here and another elsewhere.
func (f *form) hidden(m *mimetype.MIME, head, tail []byte) {
	isZip := false
	for at := m; at != nil; at = at.Parent() {
		isZip = isZip || at.Is("application/zip")
	}
	if !isZip && bytes.Contains(tail, []byte("PK\x05\x06")) {
		f.add(OddZip)
	}
	if i := bytes.Index(head[:min(len(head), 1024)], []byte("%PDF-")); i > 0 || i == 0 && f.kind != "application/pdf" {
		f.add(OddPDF)
	}
	family, _, _ := strings.Cut(f.kind, "/")
	if family == "image" || family == "audio" || family == "video" || f.kind == "application/pdf" {
		if page(head) || page(tail) || f.kind == "image/svg+xml" {
			f.add(OddScript)
		}
	}
	// A PDF holds others without harm; behind anything else one hangs on.
	if f.kind != "application/pdf" && (family == "image" || family == "audio" || family == "video") && bytes.Contains(tail, []byte("%PDF-")) {
		f.add(OddPDF)
	}
}

// page tells whether a page or a script begins in it.
func page(part []byte) bool {
	low := bytes.ToLower(part)
	for _, sign := range []string{"<script", "<html", "<!doctype html", "<?php"} {
		if bytes.Contains(low, []byte(sign)) {
			return true
		}
	}
	return false
}

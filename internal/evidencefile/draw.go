package evidencefile

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // of what previews are drawn
	"io"

	"golang.org/x/image/draw"

	"rufaa/internal/blob"
	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// drawer names what draws previews.
const drawer = "rufaa-preview/2"

// picture reads how large a picture is, from its head alone, and decides
// whether it may be decoded: a few kilobytes can claim gigabytes of pixels.
func (f *form) picture(in io.ReadSeeker, memory int64) {
	if f.kind != "image/jpeg" && f.kind != "image/png" {
		return
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return
	}
	c, _, err := image.DecodeConfig(in)
	if err != nil {
		f.add(OddBroken)
		return
	}
	f.width, f.height = c.Width, c.Height
	each := bytesPerPixel(c.ColorModel)
	if f.kind == "image/jpeg" {
		progressive, err := isProgressive(in)
		if err != nil {
			f.add(OddBroken)
			return
		}
		if progressive {
			each *= 5 // the decoder keeps every coefficient as 32 bits until the end
		}
	}
	// Divided, not multiplied: width times height may not fit into 64 bits.
	if c.Width <= 0 || c.Height <= 0 || int64(c.Width) > memory/each/int64(c.Height) {
		f.add(OddPixels)
		return
	}
	f.draws = true
}

func bytesPerPixel(m color.Model) int64 {
	switch m {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.YCbCrModel:
		return 3
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	if _, palette := m.(color.Palette); palette {
		return 1
	}
	return 4
}

// isProgressive finds the frame marker of a JPEG.
func isProgressive(in io.ReadSeeker) (bool, error) {
	if _, err := in.Seek(2, io.SeekStart); err != nil {
		return false, err
	}
	at := int64(2)
	for range 1000 {
		var b [4]byte
		if _, err := io.ReadFull(in, b[:]); err != nil {
			return false, err
		}
		if b[0] != 0xff {
			return false, errors.New("evidencefile: no marker where one must be")
		}
		switch m := b[1]; {
		case m == 0xff: // fill byte
			at++
		case m == 0xc2:
			return true, nil
		case m >= 0xc0 && m <= 0xcf && m != 0xc4 && m != 0xc8 && m != 0xcc:
			return false, nil
		default:
			at += 2 + int64(binary.BigEndian.Uint16(b[2:]))
		}
		if _, err := in.Seek(at, io.SeekStart); err != nil {
			return false, err
		}
	}
	return false, errors.New("evidencefile: too many markers")
}

// draw makes the preview of a photo: a new, small picture with nothing of the
// original but its pixels, upright, kept as a file of its own, together with what
// else is told in the same moment.
func (f *Files) draw(ctx context.Context, s *State, in io.ReadSeeker, turn int, with realm.Command) error {
	select {
	case f.drawing <- struct{}{}:
		defer func() { <-f.drawing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return err
	}
	raw, err := shrink(in, f.Rules.Preview.Edge, turn)
	if err != nil {
		return err
	}
	return f.keepDrawn(ctx, s, raw, with)
}

var errNoPicture = errors.New("evidencefile: not a picture that can be drawn")

func shrink(in io.Reader, edge, turn int) (raw []byte, err error) {
	defer func() {
		if recover() != nil { // a decoder's fault is the picture's
			raw, err = nil, errNoPicture
		}
	}()
	src, _, err := image.Decode(in)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoPicture, err)
	}
	b := src.Bounds()
	w, h := b.Dx(), b.Dy()
	if longer := max(w, h); longer > edge {
		w, h = max(1, w*edge/longer), max(1, h*edge/longer)
	}
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(dst, dst.Bounds(), image.White, image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(dst, dst.Bounds(), src, b, draw.Over, nil)
	var out bytes.Buffer
	err = jpeg.Encode(&out, upright(dst, turn), &jpeg.Options{Quality: 78})
	return out.Bytes(), err
}

func (f *Files) keepDrawn(ctx context.Context, s *State, raw []byte, with realm.Command) error {
	now := f.realm.Now()
	u := &upload{ID: f.realm.NewID(), Staff: realm.System.Staff, Agency: realm.System.Agency, EndsAt: now.Add(f.Rules.Limits.Unfinished),
		Kept: KeptEvent{Place: s.File.Place, Compartment: s.File.Compartment, Kind: f.Rules.Thumbnail.ID, BegunAt: now, Parent: s.ID, Tool: drawer}}
	if err := f.seal(ctx, u.ID, &u.Kept, "preview.jpg", ""); err != nil {
		return err
	}
	spec := blob.Spec{ID: u.ID, Part: vault.Compartment(s.File.Compartment), Size: int64(len(raw))}
	if err := f.blobs.Begin(ctx, spec, nil); err != nil {
		return err
	}
	if _, err := f.blobs.Append(ctx, u.ID, 0, bytes.NewReader(raw), nil); err != nil {
		return errors.Join(err, f.blobs.Destroy(ctx, u.ID))
	}
	sums, err := f.blobs.Finish(ctx, u.ID)
	if err != nil {
		return err
	}
	if len(with.Appends) == 0 {
		_, err = f.keepWith(ctx, realm.System, u, sums, digestsOf(sums))
	} else {
		_, err = f.keep(ctx, realm.System, u, sums, digestsOf(sums), with)
	}
	if err != nil {
		return errors.Join(err, f.blobs.Destroy(context.WithoutCancel(ctx), u.ID))
	}
	return f.examine(ctx, u.ID)
}

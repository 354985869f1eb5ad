package bundle

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"regexp"
)

// The archive is a zip that any tool opens, in one form only: parts stored as
// they are, one after the other, no time, no comment, nothing between. Every
// byte that is not a part's follows from the parts. What a plain zip has no
// room to say is said in the zip64 fields, and only then (APPNOTE 6.3, 4.5.3,
// 4.3.14 and 4.3.15).

// MaxSize bounds a bundle, in bytes: a medium that can be carried to a court.
const MaxSize = 1 << 40

// plain is the largest size or place that a plain zip can say; from there on
// its fields hold this and the zip64 ones the number.
const plain = 1<<32 - 1

// plainParts is the same for how many parts there are.
const plainParts = 1<<16 - 1

// maxParts bounds how many: their manifest must still be read.
const maxParts = 200_000

// maxHeld bounds a part that is read into memory, in bytes. Documents are not.
const maxHeld = 256 << 20

var partName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*(?:/[a-z0-9][a-z0-9_-]*)?\.[a-z0-9]{1,8}$`)

// part is one file of the archive. Its bytes are held, or read when needed: a
// recording may be larger than the memory.
type part struct {
	name string
	size int64
	crc  uint32
	sum  [sha256.Size]byte
	data []byte
	open func() (io.ReadCloser, error)
}

func held(name string, data []byte) part {
	return part{name: name, size: int64(len(data)), crc: crc32.ChecksumIEEE(data), sum: sha256.Sum256(data), data: data}
}

// measured reads a part once for its size and digests.
func measured(name string, open func() (io.ReadCloser, error)) (part, error) {
	in, err := open()
	if err != nil {
		return part{}, err
	}
	p := part{name: name, open: open}
	var m measure
	_, err = io.Copy(m.begin(), in)
	p.size, p.crc, p.sum = m.end()
	return p, errors.Join(err, in.Close())
}

// measure takes size and digests of what flows through it.
type measure struct {
	size int64
	crc  hash.Hash32
	sum  hash.Hash
}

func (m *measure) begin() io.Writer {
	m.crc, m.sum = crc32.NewIEEE(), sha256.New()
	return m
}

func (m *measure) Write(b []byte) (int, error) {
	m.size += int64(len(b))
	m.crc.Write(b)
	return m.sum.Write(b)
}

func (m *measure) end() (size int64, crc uint32, sum [sha256.Size]byte) {
	return m.size, m.crc.Sum32(), [sha256.Size]byte(m.sum.Sum(nil))
}

// localSize is the head of a part without its name.
const localSize = 30

// Damage names what of a bundle is not as it was made.
type Damage struct {
	Part   string // name of the part
	Detail string
}

func (d *Damage) Error() string { return fmt.Sprintf("bundle: %s: %s", d.Part, d.Detail) }

func damaged(part, detail string, args ...any) error {
	return &Damage{Part: part, Detail: fmt.Sprintf(detail, args...)}
}

// big tells a part whose size stands in the zip64 fields.
func (p part) big() bool { return p.size >= plain }

// room is how long the head of a part is, in bytes.
func (p part) room() int64 {
	n := localSize + int64(len(p.name))
	if p.big() {
		n += 20
	}
	return n
}

// zip64 is the extra field with these numbers; nothing when there are none.
func zip64(numbers ...int64) []byte {
	if len(numbers) == 0 {
		return nil
	}
	b := binary.LittleEndian.AppendUint16(nil, 1)
	b = binary.LittleEndian.AppendUint16(b, uint16(8*len(numbers)))
	for _, n := range numbers {
		b = binary.LittleEndian.AppendUint64(b, uint64(n))
	}
	return b
}

// version tells which zip reader is needed.
func version(long bool) byte {
	if long {
		return 45
	}
	return 20
}

// middle is what the two headers of a part have in common.
func (p part) middle(extra []byte) []byte {
	said := uint32(min(p.size, plain))
	b := binary.LittleEndian.AppendUint16(nil, uint16(version(len(extra) > 0)))
	b = binary.LittleEndian.AppendUint16(b, 0)    // flags
	b = binary.LittleEndian.AppendUint16(b, 0)    // stored
	b = binary.LittleEndian.AppendUint16(b, 0)    // time
	b = binary.LittleEndian.AppendUint16(b, 0x21) // 1 January 1980
	b = binary.LittleEndian.AppendUint32(b, p.crc)
	b = binary.LittleEndian.AppendUint32(b, said)
	b = binary.LittleEndian.AppendUint32(b, said)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(p.name)))
	return binary.LittleEndian.AppendUint16(b, uint16(len(extra)))
}

func (p part) local() []byte {
	var extra []byte
	if p.big() {
		extra = zip64(p.size, p.size)
	}
	b := append([]byte("PK\x03\x04"), p.middle(extra)...)
	return append(append(b, p.name...), extra...)
}

func (p part) central(at int64) []byte {
	var numbers []int64
	if p.big() {
		numbers = append(numbers, p.size, p.size)
	}
	if at >= plain {
		numbers = append(numbers, at)
	}
	extra := zip64(numbers...)
	b := append([]byte("PK\x01\x02"), version(len(extra) > 0), 0)
	b = append(b, p.middle(extra)...)
	b = append(b, make([]byte, 10)...) // comment, disk, attributes
	b = binary.LittleEndian.AppendUint32(b, uint32(min(at, plain)))
	return append(append(b, p.name...), extra...)
}

// end is what follows the list: how many parts it has, its size and its place.
func end(n int, size, at int64) []byte {
	var b []byte
	if at >= plain || size >= plain || n >= plainParts {
		b = append(b, "PK\x06\x06"...)
		b = binary.LittleEndian.AppendUint64(b, 44) // of what follows
		b = append(b, version(true), 0, version(true), 0, 0, 0, 0, 0, 0, 0, 0, 0)
		b = binary.LittleEndian.AppendUint64(b, uint64(n))
		b = binary.LittleEndian.AppendUint64(b, uint64(n))
		b = binary.LittleEndian.AppendUint64(b, uint64(size))
		b = binary.LittleEndian.AppendUint64(b, uint64(at))
		b = append(b, "PK\x06\x07\x00\x00\x00\x00"...)
		b = binary.LittleEndian.AppendUint64(b, uint64(at+size))
		b = append(b, 1, 0, 0, 0)
	}
	b = append(b, "PK\x05\x06\x00\x00\x00\x00"...)
	said := uint16(min(n, plainParts))
	b = binary.LittleEndian.AppendUint16(b, said)
	b = binary.LittleEndian.AppendUint16(b, said)
	b = binary.LittleEndian.AppendUint32(b, uint32(min(size, plain)))
	b = binary.LittleEndian.AppendUint32(b, uint32(min(at, plain)))
	return append(b, 0, 0)
}

// directory is what follows the last part.
func directory(parts []part) []byte {
	var dir []byte
	at := int64(0)
	for _, p := range parts {
		dir = append(dir, p.central(at)...)
		at += p.room() + p.size
	}
	return append(dir, end(len(parts), int64(len(dir)), at)...)
}

// fits checks names and sizes before a byte is written.
func fits(parts []part) (size int64, err error) {
	for _, p := range parts {
		if !partName.MatchString(p.name) {
			return 0, fmt.Errorf("%w: %q cannot name a part", ErrDossier, p.name)
		}
		size += p.room() + p.size
	}
	if size += int64(len(directory(parts))); size > MaxSize || len(parts) > maxParts {
		return 0, fmt.Errorf("%w: %w", ErrDossier, ErrTooLarge)
	}
	return size, nil
}

// ErrTooLarge says that the parts together are more than a bundle can hold.
var ErrTooLarge = errors.New("more than 1 TiB, or than 200,000 parts: hand large files over on a medium of their own; their digests stand in the bundle")

// writeTo writes one part after the other. A part that is not what it was when
// it was measured ends it.
func writeTo(w io.Writer, parts []part) error {
	for _, p := range parts {
		if _, err := w.Write(p.local()); err != nil {
			return err
		}
		if err := p.copyTo(w); err != nil {
			return err
		}
	}
	_, err := w.Write(directory(parts))
	return err
}

func (p part) copyTo(w io.Writer) error {
	if p.open == nil {
		_, err := w.Write(p.data)
		return err
	}
	in, err := p.open()
	if err != nil {
		return err
	}
	var m measure
	_, err = io.Copy(io.MultiWriter(w, m.begin()), in)
	if err = errors.Join(err, in.Close()); err != nil {
		return err
	}
	if _, _, sum := m.end(); sum != p.sum {
		return fmt.Errorf("bundle: %s changed while it was written", p.name)
	}
	return nil
}

// errShort says that the bytes end before the part does.
var errShort = errors.New("it is cut off")

// reading takes an archive apart from its first byte to its last.
type reading struct {
	in    *bufio.Reader
	parts []part
}

// next reads the part that must come now. want is its name; size is what the
// manifest says, or -1 to believe the head of the part up to most bytes. With
// hold its bytes are kept.
func (r *reading) next(want string, size, most int64, hold bool) (part, error) {
	head := make([]byte, part{name: want, size: size}.room())
	if _, err := io.ReadFull(r.in, head); err != nil {
		return part{}, short(err)
	}
	if size < 0 {
		if size = int64(binary.LittleEndian.Uint32(head[22:])); size > most {
			return part{}, errors.New("its size in the archive is wrong")
		}
	}
	var m measure
	var kept bytes.Buffer
	to := m.begin()
	if hold {
		to = io.MultiWriter(to, &kept)
	}
	if _, err := io.CopyN(to, r.in, size); err != nil {
		return part{}, short(err)
	}
	p := part{name: want}
	p.size, p.crc, p.sum = m.end()
	p.data = kept.Bytes()
	if string(head) != string(p.local()) {
		return part{}, errors.New("its bytes, or its head in the archive, were changed")
	}
	r.parts = append(r.parts, part{name: p.name, size: p.size, crc: p.crc, sum: p.sum})
	return p, nil
}

func short(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errShort
	}
	return err
}

// tail holds what follows the last part to what it must be.
func (r *reading) tail() error {
	at, size := int64(0), int64(0)
	for _, p := range r.parts {
		want := p.central(at)
		if !r.says(want) {
			return damaged(p.name, "its line in the archive's list was changed")
		}
		at += p.room() + p.size
		size += int64(len(want))
	}
	if !r.says(end(len(r.parts), size, at)) {
		return damaged(endPart, "the end of the archive was changed")
	}
	if _, err := r.in.ReadByte(); err != io.EOF {
		return damaged(endPart, "something follows the end of the archive")
	}
	return nil
}

func (r *reading) says(want []byte) bool {
	have := make([]byte, len(want))
	_, err := io.ReadFull(r.in, have)
	return err == nil && string(have) == string(want)
}

// endPart names the last bytes of the archive, which belong to no part.
const endPart = "end of the archive"

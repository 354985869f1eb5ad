package bundle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"regexp"
)

// The archive is a zip that any tool opens, in one form only: parts stored as
// they are, one after the other, no time, no comment, nothing between. Every
// byte that is not a part's follows from the parts.

// MaxSize bounds a bundle, in bytes.
const MaxSize = 256 << 20

var partName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*(?:/[a-z0-9][a-z0-9_-]*)?\.[a-z0-9]{1,8}$`)

type part struct {
	name string
	data []byte
}

const (
	localSize   = 30
	centralSize = 46
	endSize     = 22
)

// Damage names what of a bundle is not as it was made.
type Damage struct {
	Part   string // name of the part
	Detail string
}

func (d *Damage) Error() string { return fmt.Sprintf("bundle: %s: %s", d.Part, d.Detail) }

func damaged(part, detail string, args ...any) error {
	return &Damage{Part: part, Detail: fmt.Sprintf(detail, args...)}
}

// middle is what the two headers of a part have in common.
func (p part) middle() []byte {
	b := binary.LittleEndian.AppendUint16(nil, 20) // version that reads it
	b = binary.LittleEndian.AppendUint16(b, 0)     // flags
	b = binary.LittleEndian.AppendUint16(b, 0)     // stored
	b = binary.LittleEndian.AppendUint16(b, 0)     // time
	b = binary.LittleEndian.AppendUint16(b, 0x21)  // 1 January 1980
	b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(p.data))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(p.data)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(p.data)))
	b = binary.LittleEndian.AppendUint16(b, uint16(len(p.name)))
	return binary.LittleEndian.AppendUint16(b, 0) // extra
}

func (p part) local() []byte {
	return append(append([]byte("PK\x03\x04"), p.middle()...), p.name...)
}

func (p part) central(at int) []byte {
	b := append([]byte("PK\x01\x02\x14\x00"), p.middle()...)
	b = append(b, make([]byte, 10)...) // comment, disk, attributes
	b = binary.LittleEndian.AppendUint32(b, uint32(at))
	return append(b, p.name...)
}

func end(n, size, at int) []byte {
	b := append([]byte("PK\x05\x06"), 0, 0, 0, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(n))
	b = binary.LittleEndian.AppendUint16(b, uint16(n))
	b = binary.LittleEndian.AppendUint32(b, uint32(size))
	b = binary.LittleEndian.AppendUint32(b, uint32(at))
	return append(b, 0, 0)
}

func pack(parts []part) ([]byte, error) {
	var out, dir []byte
	for _, p := range parts {
		if !partName.MatchString(p.name) {
			return nil, fmt.Errorf("%w: %q cannot name a part", ErrDossier, p.name)
		}
		dir = append(dir, p.central(len(out))...)
		out = append(append(out, p.local()...), p.data...)
	}
	if len(out)+len(dir) > MaxSize || len(parts) > 60000 {
		return nil, fmt.Errorf("%w: more than %d MiB", ErrDossier, MaxSize>>20)
	}
	return append(append(out, dir...), end(len(parts), len(dir), len(out))...), nil
}

// errShort says that the bytes end before the part does.
var errShort = errors.New("it is cut off")

// next reads the part at the head of raw by its own header. want is its name.
func next(raw []byte, want string) (p part, rest []byte, err error) {
	if len(raw) < localSize+len(want) {
		return part{}, nil, errShort
	}
	size := int64(binary.LittleEndian.Uint32(raw[22:]))
	from := int64(localSize + len(want))
	if from+size > int64(len(raw)) {
		return part{}, nil, errors.New("its size in the archive is wrong, or it is cut off")
	}
	p = part{want, raw[from : from+size : from+size]}
	if string(raw[:from]) != string(p.local()) {
		return part{}, nil, errors.New("its bytes, or its head in the archive, were changed")
	}
	return p, raw[from+size:], nil
}

// tail holds what follows the last part to what it must be.
func tail(raw []byte, parts []part) error {
	at, size := 0, 0
	for _, p := range parts {
		want := p.central(at)
		if len(raw) < len(want) || string(raw[:len(want)]) != string(want) {
			return damaged(p.name, "its line in the archive's list was changed")
		}
		raw = raw[len(want):]
		at += localSize + len(p.name) + len(p.data)
		size += len(want)
	}
	if string(raw) != string(end(len(parts), size, at)) {
		return damaged(endPart, "the end of the archive was changed")
	}
	return nil
}

// endPart names the last bytes of the archive, which belong to no part.
const endPart = "end of the archive"

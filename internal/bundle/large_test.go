package bundle

import (
	"archive/zip"
	"bufio"
	"bytes"
	"fmt"
	"io"
	"testing"
)

// large are parts whose sizes and places are more than a plain zip can say; the
// content of those without bytes is nothing but zeros.
func large() []part {
	return []part{held("manifest.json", []byte("{}")), {name: "documents/long.bin", size: 5 << 30}, {name: "documents/next.bin", size: 1000},
		{name: "documents/edge.bin", size: plain}, held("end.txt", []byte("the end"))}
}

// laid is an archive as it lies, with zeros that nobody stored.
type laid struct {
	segments []part // name is unused: data, or size zeros
}

func (l laid) size() (n int64) {
	for _, s := range l.segments {
		n += s.size
	}
	return n
}

func (l laid) ReadAt(b []byte, at int64) (n int, err error) {
	for _, s := range l.segments {
		if at >= s.size {
			at -= s.size
			continue
		}
		k := int(min(s.size-at, int64(len(b)-n)))
		if s.data == nil {
			clear(b[n : n+k])
		} else {
			copy(b[n:], s.data[at:at+int64(k)])
		}
		if n, at = n+k, 0; n == len(b) {
			return n, nil
		}
	}
	return n, io.EOF
}

// Any tool opens a bundle of more than 4 GiB; here Go's own reader of zips.
func TestALargeBundleIsAZip(t *testing.T) {
	parts := large()
	var l laid
	for _, p := range parts {
		l.segments = append(l.segments, held("", p.local()), part{size: p.size, data: p.data})
	}
	l.segments = append(l.segments, held("", directory(parts)))
	if size, err := fits(parts); err != nil || size != l.size() {
		t.Errorf("it is said to take %d bytes (%v) and takes %d", size, err, l.size())
	}
	z, err := zip.NewReader(l, l.size())
	if err != nil {
		t.Fatal(err)
	}
	if len(z.File) != len(parts) {
		t.Fatalf("%d files, want %d", len(z.File), len(parts))
	}
	for i, f := range z.File {
		if f.Name != parts[i].name || f.UncompressedSize64 != uint64(parts[i].size) {
			t.Errorf("%s of %d bytes, want %s of %d", f.Name, f.UncompressedSize64, parts[i].name, parts[i].size)
		}
		at, err := f.DataOffset() // reads the part's own head, too
		if err != nil {
			t.Fatal(err)
		}
		var want int64
		for _, p := range parts[:i] {
			want += p.room() + p.size
		}
		if want += parts[i].room(); at != want {
			t.Errorf("%s begins at %d, want %d", f.Name, at, want)
		}
	}
	last, err := z.Open("end.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(last); err != nil || string(got) != "the end" {
		t.Errorf("read %q, %v", got, err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// More than 4 GiB flow through making and checking, in little memory; a byte of
// the zip64 fields that is changed is found.
func TestALargeBundleFlows(t *testing.T) {
	if testing.Short() {
		t.Skip("hashes 4 GiB three times")
	}
	long, err := measured("documents/long.bin", func() (io.ReadCloser, error) { return io.NopCloser(io.LimitReader(zeros{}, plain+9)), nil })
	if err != nil {
		t.Fatal(err)
	}
	parts := []part{held("manifest.json", []byte("{}")), long, held("end.txt", []byte("the end"))}
	from, to := io.Pipe()
	go func() { to.CloseWithError(writeTo(to, parts)) }()
	r := &reading{in: bufio.NewReaderSize(from, 1<<16)}
	for _, p := range parts {
		got, err := r.next(p.name, p.size, 0, p.data != nil)
		if err != nil || got.sum != p.sum {
			t.Fatalf("%s: %v", p.name, err)
		}
	}
	if err := r.tail(); err != nil {
		t.Error(err)
	}
	list := directory(parts)
	for i := range list {
		touched := bytes.Clone(list)
		touched[i] ^= 1
		again := &reading{in: bufio.NewReader(bytes.NewReader(touched)), parts: r.parts}
		if again.tail() == nil {
			t.Errorf("byte %d of the archive's list changed, and nothing was found", i)
		}
	}
	if head := fmt.Sprintf("%x", long.local()[18:26]); head != "ffffffffffffffff" {
		t.Errorf("the plain sizes say %s", head)
	}
}

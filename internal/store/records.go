package store

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
)

// Records reads every row of one SQLite table, or every entry of one index, in
// order, straight from the pages of the file: for one who must see all of
// them, such as a check of the whole ledger. A statement hands over a row in
// about two microseconds; this takes a tenth of that, and what it reads is the
// bytes as they lie on the disk and in the write-ahead log, in the snapshot of
// its transaction (the virtual table sqlite_dbpage).
//
// The form is SQLite's published file format (sqlite.org/fileformat2.html,
// sections 1.6 and 2.1). Anything that is not in that form is ErrDamaged, and so
// is a row of a table that a search by its number would miss: the rows' numbers
// and those above them, by which SQLite searches, must ascend together.
type Records struct {
	tx     *Tx
	file   *os.File // read from it; nil: ask SQLite
	size   int      // of a page, bytes
	usable int      // bytes of a page that hold cells
	left   int      // pages that may still be read: a damaged file can point in circles
	stack  []treePage
	ahead  []*pagesAhead // by depth: below each page of the stack, those read already
	whole  []byte        // a record that spills over its page, put together
	low    int64         // of a table: what the next row's number must exceed
	begun  bool          // there is such a number
}

// treePage is one page on the way from the root to the present record.
type treePage struct {
	number   int64
	data     []byte
	head     int // where its header begins
	cells    int
	next     int
	leaf     bool
	index    bool
	between  bool    // an index keeps an entry between two children
	children []int64 // the pages below, in order
}

// maxTreeDepth is more than any file can have.
const maxTreeDepth = 20

// Records opens a table or an index by its name. It serves SQLite alone.
func (tx *Tx) Records(name string) (*Records, error) {
	r := &Records{tx: tx}
	var root int64
	var size, pages int
	err := tx.QueryRow(`SELECT rootpage FROM sqlite_schema WHERE name = $1`, name).Scan(&root)
	if err == nil {
		err = tx.QueryRow(`PRAGMA page_size`).Scan(&size)
	}
	if err == nil {
		err = tx.QueryRow(`PRAGMA page_count`).Scan(&pages)
	}
	var first []byte
	if err == nil {
		err = tx.QueryRow(`SELECT data FROM sqlite_dbpage WHERE pgno = 1`).Scan(&first)
	}
	if err != nil {
		return nil, explain(err)
	}
	if len(first) != size || size < 512 || int(first[20]) > size/2 {
		return nil, malformed(1, "its header")
	}
	if tx.settled != nil { // asked only now: the snapshot has begun
		if r.file, err = tx.settled(); err != nil {
			return nil, err
		}
	}
	r.size, r.usable, r.left = size, size-int(first[20]), pages
	return r, r.push(root, []int64{root})
}

// Map lets the transaction's connection see the SQLite file in memory instead
// of copying page by page, which spares a system call a page; unmap ends that.
// For one who reads all of it once and can do without the process: a disk that
// fails under it ends the process, where reading would have given an error.
// Does nothing on PostgreSQL.
func (tx *Tx) Map() (unmap func() error, err error) {
	set := func(bytes int64) error {
		if tx.prepare == nil {
			return nil
		}
		var have int64
		return explain(tx.on.QueryRowContext(tx.ctx, fmt.Sprintf(`PRAGMA mmap_size = %d`, bytes)).Scan(&have))
	}
	return func() error { return set(0) }, set(1 << 40)
}

func malformed(page int64, what string) error {
	return fmt.Errorf("%w: page %d: %s", ErrDamaged, page, what)
}

// push puts this page onto the stack. Those that come after it on the same
// depth stand in upcoming, which begins with it.
func (r *Records) push(number int64, upcoming []int64) error {
	if r.left--; r.left < 0 || len(r.stack) == maxTreeDepth {
		return malformed(number, "the pages point in circles")
	}
	if len(r.ahead) == len(r.stack) {
		r.ahead = append(r.ahead, &pagesAhead{size: r.size})
	}
	data, err := r.ahead[len(r.stack)].take(r, number, upcoming)
	if err != nil {
		return err
	}
	if len(data) < r.usable {
		return malformed(number, "it is not in the file")
	}
	p := treePage{number: number, data: data}
	if number == 1 {
		p.head = 100
	}
	after := p.head + 8
	switch p.data[p.head] {
	case 0x0d:
		p.leaf = true
	case 0x0a:
		p.leaf, p.index = true, true
	case 0x02:
		p.index, after = true, after+4
	case 0x05:
		after += 4
	default:
		return malformed(number, "it is of no known kind")
	}
	p.cells = int(binary.BigEndian.Uint16(p.data[p.head+3:]))
	if len(r.stack) > 0 && p.index != r.stack[0].index || after+2*p.cells > r.usable {
		return malformed(number, "its header")
	}
	if !p.leaf {
		p.children = make([]int64, 0, p.cells+1)
		for i := range p.cells {
			cell, err := r.cell(&p, i)
			if err != nil {
				return err
			}
			p.children = append(p.children, int64(binary.BigEndian.Uint32(cell)))
		}
		p.children = append(p.children, int64(binary.BigEndian.Uint32(p.data[p.head+8:])))
	}
	r.stack = append(r.stack, p)
	return nil
}

// cell is where cell i of a page begins, up to the end of the page.
func (r *Records) cell(p *treePage, i int) ([]byte, error) {
	after := p.head + 8
	if !p.leaf {
		after += 4
	}
	at := int(binary.BigEndian.Uint16(p.data[after+2*i:]))
	if at < after+2*p.cells || at > r.usable-4 {
		return nil, malformed(p.number, fmt.Sprintf("cell %d lies outside", i))
	}
	return p.data[at:r.usable], nil
}

// Next gives the next row: its number (0 in an index) and its record, valid
// until the next call. io.EOF after the last.
func (r *Records) Next() (rowid int64, record []byte, err error) {
	for len(r.stack) > 0 {
		p := &r.stack[len(r.stack)-1]
		switch {
		case p.leaf && p.next < p.cells:
			p.next++
			return r.record(p, p.next-1)
		case !p.leaf && p.between:
			p.between = false
			return r.record(p, p.next-1)
		case !p.leaf && p.next <= p.cells:
			if p.next > 0 && !p.index {
				if err := r.passed(p, p.next-1); err != nil {
					return 0, nil, err
				}
			}
			upcoming := p.children[p.next:]
			p.between = p.index && p.next < p.cells
			p.next++
			if err := r.push(upcoming[0], upcoming); err != nil {
				return 0, nil, err
			}
		default:
			r.stack = r.stack[:len(r.stack)-1]
		}
	}
	return 0, nil, io.EOF
}

// passed holds the number that stands between two children to the rows on its
// left, and keeps it for those on its right.
func (r *Records) passed(p *treePage, i int) error {
	cell, err := r.cell(p, i)
	if err != nil {
		return err
	}
	key, n := varint(cell[4:])
	if n == 0 || r.begun && r.low > key {
		return malformed(p.number, fmt.Sprintf("the number of cell %d", i))
	}
	r.low, r.begun = key, true
	return nil
}

// record reads cell i of a leaf, or of an index above its leaves.
func (r *Records) record(p *treePage, i int) (rowid int64, record []byte, err error) {
	cell, err := r.cell(p, i)
	if err != nil {
		return 0, nil, err
	}
	if !p.leaf {
		cell = cell[4:]
	}
	size, n := varint(cell)
	if n == 0 || size < 0 || size > 1<<30 {
		return 0, nil, malformed(p.number, fmt.Sprintf("the size of cell %d", i))
	}
	cell = cell[n:]
	if !p.index {
		if rowid, n = varint(cell); n == 0 || r.begun && rowid <= r.low {
			return 0, nil, malformed(p.number, fmt.Sprintf("the number of cell %d", i))
		}
		r.low, r.begun = rowid, true
		cell = cell[n:]
	}
	here := r.local(int(size), p.index)
	if here > len(cell) || here < int(size) && here+4 > len(cell) {
		return 0, nil, malformed(p.number, fmt.Sprintf("cell %d lies outside", i))
	}
	if here == int(size) {
		return rowid, cell[:here], nil
	}
	record, err = r.spilled(cell[:here], int64(binary.BigEndian.Uint32(cell[here:])), int(size))
	return rowid, record, err
}

// local is how much of a record of this size stands in its cell.
func (r *Records) local(size int, index bool) int {
	most := r.usable - 35
	if index {
		most = (r.usable-12)*64/255 - 23
	}
	if size <= most {
		return size
	}
	least := (r.usable-12)*32/255 - 23
	if k := least + (size-least)%(r.usable-4); k <= most {
		return k
	}
	return least
}

// spilled puts a record together from its cell and the pages it runs over.
func (r *Records) spilled(here []byte, page int64, size int) ([]byte, error) {
	r.whole = append(r.whole[:0], here...)
	for len(r.whole) < size {
		if r.left--; r.left < 0 || page == 0 {
			return nil, malformed(page, "a record breaks off")
		}
		data, err := r.page(page)
		if err != nil || len(data) < r.usable {
			return nil, malformed(page, "a record breaks off")
		}
		page = int64(binary.BigEndian.Uint32(data))
		r.whole = append(r.whole, data[4:4+min(size-len(r.whole), r.usable-4)]...)
	}
	if page != 0 {
		return nil, malformed(page, "a record does not end")
	}
	return r.whole, nil
}

// page reads one page.
func (r *Records) page(number int64) (data []byte, err error) {
	if r.file != nil {
		return readRuns(r.file, r.size, []int64{number}, nil)
	}
	err = r.tx.QueryRow(`SELECT data FROM sqlite_dbpage WHERE pgno = $1`, number).Scan(&data)
	return data, err
}

// varint reads SQLite's variable-length integer: n bytes of b, 0 when it is
// cut off.
func varint(b []byte) (v int64, n int) {
	for n < len(b) && n < 8 {
		c := b[n]
		n++
		v = v<<7 | int64(c&0x7f)
		if c < 0x80 {
			return v, n
		}
	}
	if n < 8 || n == len(b) {
		return 0, 0
	}
	return v<<8 | int64(b[n]), n + 1
}

// Fields takes a record apart into exactly as many values as are asked for;
// each may be read once by the method of its type. Kind and length stand in the
// record's head, and the values must fill it to the byte.
type Fields struct {
	kinds [16]int64
	count int
	at    int
	body  []byte
}

// Open reads the head of a record.
func (f *Fields) Open(record []byte, count int) error {
	head, n := varint(record)
	if n == 0 || head < int64(n) || head > int64(len(record)) || count > len(f.kinds) {
		return fmt.Errorf("%w: the head of a record", ErrDamaged)
	}
	names := record[n:head]
	var sum int64
	for i := range count {
		kind, n := varint(names)
		if n == 0 || kind < 0 || width(kind) > int64(len(record)) {
			return fmt.Errorf("%w: the head of a record", ErrDamaged)
		}
		f.kinds[i], names = kind, names[n:]
		sum += width(kind)
	}
	f.body, f.count, f.at = record[head:], count, 0
	if len(names) != 0 || sum != int64(len(f.body)) {
		return fmt.Errorf("%w: the head of a record", ErrDamaged)
	}
	return nil
}

// width is how many bytes a value of this kind takes; kinds that no file holds
// take more than any record has.
func width(kind int64) int64 {
	switch {
	case kind >= 12:
		return (kind - 12) / 2
	case kind <= 4:
		return kind
	case kind == 5:
		return 6
	case kind == 6 || kind == 7:
		return 8
	case kind == 8 || kind == 9:
		return 0
	}
	return 1 << 40
}

func (f *Fields) take() (kind int64, value []byte) {
	if f.at == f.count {
		return -1, nil
	}
	kind = f.kinds[f.at]
	f.at++
	n := width(kind)
	value, f.body = f.body[:n], f.body[n:]
	return kind, value
}

// Null tells whether the next value is none, as the number of a row is inside
// its own record.
func (f *Fields) Null() bool {
	kind, _ := f.take()
	return kind == 0
}

// Int reads a whole number.
func (f *Fields) Int() (v int64, ok bool) {
	kind, b := f.take()
	switch {
	case kind == 8 || kind == 9:
		return kind - 8, true
	case kind < 1 || kind > 6:
		return 0, false
	}
	v = int64(int8(b[0]))
	for _, c := range b[1:] {
		v = v<<8 | int64(c)
	}
	return v, true
}

// Text reads a text, in the memory of the record.
func (f *Fields) Text() (v []byte, ok bool) {
	kind, b := f.take()
	return b, kind >= 13 && kind%2 == 1
}

// Blob reads bytes, in the memory of the record.
func (f *Fields) Blob() (v []byte, ok bool) {
	kind, b := f.take()
	return b, kind >= 12 && kind%2 == 0
}

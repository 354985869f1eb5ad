package store

import (
	"database/sql/driver"
	"errors"
	"strconv"
	"sync"

	"modernc.org/sqlite"
)

// pagesAhead are pages of a SQLite file in the order they will be asked for,
// read some dozens at a time into one buffer that serves again and again: a row
// of a statement for each, in memory of its own, costs more than the page is
// worth to a reader who sees it once.
type pagesAhead struct {
	numbers []int64 // as they came
	size    int     // of a page, bytes
	bytes   []byte
	next    int
	failed  error // why no more were read; told after those that were
}

// aheadAtOnce is how many pages are read ahead: 256 KB of the usual pages,
// which a processor keeps near.
const aheadAtOnce = 64

// take gives the page of this number, valid until the last of those read with
// it was taken. The numbers that will be asked for next, with this one at their
// beginning, stand in upcoming.
func (a *pagesAhead) take(r *Records, number int64, upcoming []int64) ([]byte, error) {
	if a.next == len(a.numbers) && a.failed == nil {
		a.failed = a.read(r, upcoming[:min(len(upcoming), aheadAtOnce)])
	}
	switch {
	case a.next == len(a.numbers) && a.failed != nil:
		return nil, a.failed
	case a.next == len(a.numbers) || a.numbers[a.next] != number:
		return nil, malformed(number, "it is not in the file")
	}
	page := a.bytes[a.next*a.size : (a.next+1)*a.size]
	a.next++
	return page, nil
}

func (a *pagesAhead) read(r *Records, numbers []int64) (err error) {
	a.numbers, a.bytes, a.next = a.numbers[:0], a.bytes[:0], 0
	if r.file != nil {
		a.bytes, err = readRuns(r.file, a.size, numbers, a.bytes)
		a.numbers = append(a.numbers, numbers[:len(a.bytes)/a.size]...)
		return err
	}
	return a.ask(r.tx, numbers)
}

// ask has SQLite read them.
func (a *pagesAhead) ask(tx *Tx, numbers []int64) error {
	list := []byte{'['}
	for _, n := range numbers {
		list = append(strconv.AppendInt(list, n, 10), ',')
	}
	list[len(list)-1] = ']'
	handle := readers.open(a)
	defer readers.close(handle)
	var n int64
	err := tx.QueryRow(`SELECT count(rufaa_page_read($2, p.pgno, p.data)) FROM json_each($1) j CROSS JOIN sqlite_dbpage p ON p.pgno = j.value`,
		string(list), handle).Scan(&n)
	return explain(err)
}

// keep takes one page. It is called by SQLite, and data is SQLite's.
func (a *pagesAhead) keep(number int64, data []byte) error {
	if len(data) != a.size {
		return errors.New("store: pages of two sizes")
	}
	a.numbers = append(a.numbers, number)
	a.bytes = append(a.bytes, data...)
	return nil
}

// readers lead a call of SQLite back to who waits for its pages. A function of
// SQL belongs to the driver, which is one in the program, and so do these.
var readers = openReaders{by: map[int64]*pagesAhead{}}

type openReaders struct {
	mu   sync.Mutex
	last int64
	by   map[int64]*pagesAhead
}

func (o *openReaders) open(a *pagesAhead) (handle int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last++
	o.by[o.last] = a
	return o.last
}

func (o *openReaders) close(handle int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.by, handle)
}

func (o *openReaders) of(handle int64) *pagesAhead {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.by[handle]
}

func init() {
	sqlite.MustRegisterFunction("rufaa_page_read", &sqlite.FunctionImpl{
		NArgs:        3,
		VolatileArgs: true, // keep copies what it is given
		Scalar: func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
			handle, ok1 := args[0].(int64)
			number, ok2 := args[1].(int64)
			data, ok3 := args[2].([]byte)
			a := readers.of(handle)
			if !ok1 || !ok2 || !ok3 || a == nil {
				return nil, errors.New("store: no page was asked for")
			}
			return int64(1), a.keep(number, data)
		},
	})
}

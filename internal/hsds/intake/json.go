package intake

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"rufaa/internal/sheets"
)

// readJSON takes the file as a stream of values: one page, one array, one item,
// or one of these per line. Items are read one by one, so that only the
// biggest item has to fit into memory.
func (in *intake) readJSON(src Source) error {
	check, err := newExamined(in)
	if err != nil {
		return err
	}
	bounded := &oneItem{from: io.NewSectionReader(src.Data, 0, src.Size), most: in.Limits.Item}
	d := &document{examined: check, bounded: bounded, dec: jsontext.NewDecoder(skipBOM(bounded))}
	for {
		err := d.value()
		if errors.Is(err, io.EOF) {
			if in.report.Rows == 0 {
				return refuse("hsds.import.json_nothing")
			}
			return nil
		}
		var own *stop
		switch {
		case errors.As(err, &own):
			return own.cause
		case bounded.over:
			return refuse("hsds.import.item_long", "max", int(in.Limits.Item>>20))
		case err != nil:
			return refuse("hsds.import.json_broken", "n", in.report.Rows+1)
		}
	}
}

// stop carries an error that is not about JSON through the reader.
type stop struct{ cause error }

func (s *stop) Error() string { return s.cause.Error() }

// document is one JSON file being read.
type document struct {
	*examined
	dec     *jsontext.Decoder
	bounded *oneItem
}

func (d *document) value() error {
	switch d.dec.PeekKind() {
	case '[':
		return d.array()
	case '{':
		return d.object()
	}
	if _, err := d.dec.ReadValue(); err != nil { // a bare text or number
		return err
	}
	return d.spoilt()
}

// spoilt notes something that is no object where an item should be.
func (d *document) spoilt() error {
	if err := d.row(); err != nil {
		return &stop{err}
	}
	d.note("", d.report.Rows, []finding{found("", "json_item")})
	return nil
}

func (d *document) array() error {
	if _, err := d.dec.ReadToken(); err != nil {
		return err
	}
	for d.dec.PeekKind() != ']' {
		if err := d.element(); err != nil {
			return err
		}
	}
	_, err := d.dec.ReadToken()
	return err
}

func (d *document) element() error {
	raw, err := d.dec.ReadValue()
	d.bounded.since = 0
	if err != nil {
		return err
	}
	if int64(len(raw)) > d.Limits.Item {
		return d.tooLong()
	}
	if raw.Kind() != '{' {
		return d.spoilt()
	}
	return d.item(raw)
}

func (d *document) tooLong() error {
	return &stop{refuse("hsds.import.item_long", "max", int(d.Limits.Item>>20))}
}

// object is a page when it has contents, else an item. Its members are kept
// until that is known.
func (d *document) object() error {
	if _, err := d.dec.ReadToken(); err != nil {
		return err
	}
	whole := []byte{'{'}
	page, before := false, d.report.Rows
	told := map[string]jsontext.Value{}
	for d.dec.PeekKind() != '}' {
		name, err := d.dec.ReadValue()
		if err != nil {
			return err
		}
		name = name.Clone()
		if string(name) == `"contents"` && d.dec.PeekKind() == '[' {
			page = true
			if err := d.array(); err != nil {
				return err
			}
			continue
		}
		value, err := d.dec.ReadValue()
		if err != nil {
			return err
		}
		if int64(len(whole)+len(value)) > d.Limits.Item {
			return d.tooLong()
		}
		if value.Kind() == '0' {
			told[string(name)] = value.Clone()
		}
		if !page {
			if len(whole) > 1 {
				whole = append(whole, ',')
			}
			whole = append(append(append(whole, name...), ':'), value...)
		}
	}
	if _, err := d.dec.ReadToken(); err != nil {
		return err
	}
	d.bounded.since = 0
	if page {
		d.believe(told, d.report.Rows-before)
		return nil
	}
	return d.item(append(whole, '}'))
}

// believe warns of a page that tells wrong numbers of itself; what it holds is
// what counts. A page of several may well tell of more than it holds.
func (d *document) believe(told map[string]jsontext.Value, have int) {
	var list []finding
	pages, hasPages := numberOf(told[`"total_pages"`])
	if total, ok := numberOf(told[`"total_items"`]); ok && (total < have || hasPages && pages <= 1 && total != have) {
		list = append(list, found("total_items", "page_total", "told", total, "have", have).as(Warning))
	}
	if size, ok := numberOf(told[`"size"`]); ok && size != have && len(list) == 0 {
		list = append(list, found("size", "page_total", "told", size, "have", have).as(Warning))
	}
	d.note("", 0, list)
}

func numberOf(v jsontext.Value) (int, bool) {
	if v == nil {
		return 0, false
	}
	n := 0
	for _, c := range v {
		if c < '0' || c > '9' || n > 1<<40 {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// oneItem keeps the memory for one item bounded: the decoder reads ahead, so
// that it may hold about twice what an item may have.
type oneItem struct {
	from  io.Reader
	most  int64
	since int64 // bytes read since an item ended; what was read ahead counts too
	over  bool
}

// readAhead is what the decoder may have read of the next items, in bytes.
const readAhead = 1 << 16

func (o *oneItem) Read(p []byte) (int, error) {
	if o.since > o.most+readAhead {
		o.over = true
		return 0, sheets.ErrLong
	}
	n, err := o.from.Read(p)
	o.since += int64(n)
	return n, err
}

// skipBOM leaves out the mark that some programs write before UTF-8.
func skipBOM(r io.Reader) io.Reader {
	head := make([]byte, 3)
	n, err := io.ReadFull(r, head)
	if err == nil && string(head) == "\xef\xbb\xbf" {
		return r
	}
	return io.MultiReader(bytes.NewReader(head[:n]), r)
}

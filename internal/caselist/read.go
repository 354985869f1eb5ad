package caselist

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/content"
	"rufaa/internal/problem"
	"rufaa/internal/sheets"
	"rufaa/internal/valid"
)

const (
	mostRows     = 50_000
	mostProblems = 2000 // that are kept
	mostUnknown  = 60   // words of one field that are asked about
	mostBad      = 20_000
)

// reading is one file on its way into rows.
type reading struct {
	order   *Order
	words   *Words
	content *content.Content
	now     time.Time
	staff   func(username string) string // id of a case manager of the agency; "" for nobody
	self    string
	digest  func(f Field, word string) string

	workbook, since1904 bool

	out  *Outcome
	rows []casefile.ListRow
	raw  map[int][]string // cells of a row that may still turn out bad
	seen map[string]int   // keys, numbers: in which row they came first
}

// read takes every good row of the file.
func (x *reading) read(ctx context.Context, s *sheets.Sheet) error {
	if s.ReadAs != "" {
		x.tell(Problem{Row: s.Line, Key: "sheet." + s.ReadAs, Outcome: OfFile})
	}
	for {
		cells, err := s.Next()
		if cells == nil && err == nil {
			if x.out.Rows == 0 {
				return sheets.NoRows()
			}
			return nil
		}
		if x.out.Rows++; x.out.Rows > mostRows {
			return sheets.Refuse("file_rows", "max", mostRows)
		}
		if x.out.Rows&255 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		var bad *sheets.RowError
		switch {
		case errors.As(err, &bad):
			x.refuse(BadRow{Row: s.Line, Why: []Problem{{Row: s.Line, Column: bad.Column, Key: bad.Key, Args: bad.Args, Outcome: Refused}}})
		case err != nil:
			return err
		default:
			x.row(s, cells)
		}
	}
}

// row reads one row and takes it, or keeps what is wrong with it.
func (x *reading) row(s *sheets.Sheet, cells []string) {
	number := s.Line
	c := &cellsOf{reading: x, number: number, by: map[Field]string{}, column: map[Field]string{}}
	c.take(cells, s)
	r := c.listRow()
	c.check(&r)
	if len(c.key) > 0 {
		c.twice(r.Key)
	}
	if slices.ContainsFunc(c.found, func(p Problem) bool { return p.Outcome == Refused }) {
		x.refuse(BadRow{Row: number, Cells: cells, Why: c.found})
		return
	}
	x.tell(c.found...)
	x.rows = append(x.rows, r)
	x.raw[number] = cells
}

func (x *reading) refuse(b BadRow) {
	x.out.Refused++
	x.bad(b)
}

func (x *reading) bad(b BadRow) {
	x.tell(b.Why...)
	if len(x.out.Bad) < mostBad {
		x.out.Bad = append(x.out.Bad, b)
	}
}

func (x *reading) tell(list ...Problem) {
	for _, p := range list {
		if len(x.out.Problems) >= mostProblems {
			x.out.More++
			continue
		}
		x.out.Problems = append(x.out.Problems, p)
	}
}

// cellsOf is one row by field, with what is wrong with it.
type cellsOf struct {
	*reading
	number int
	by     map[Field]string
	column map[Field]string // heading of the field, for problems
	found  []Problem
	key    string
}

func (c *cellsOf) bad(f Field, key, outcome string, args ...any) {
	c.found = append(c.found, Problem{Row: c.number, Column: c.column[f], Key: key, Args: args, Outcome: outcome})
}

// unreadable refuses the row for one value, or leaves the value out where the
// person said so.
func (c *cellsOf) unreadable(f Field, key string, args ...any) {
	outcome := Refused
	if c.order.Lenient && f != Key {
		outcome = LeftOut
	}
	c.bad(f, key, outcome, args...)
}

func (c *cellsOf) take(cells []string, s *sheets.Sheet) {
	for i, col := range c.order.Columns {
		if col.Field == "" || i >= len(cells) {
			continue
		}
		c.column[col.Field] = col.Heading
		if wrong := s.Wrong(i); wrong != "" {
			c.unreadable(col.Field, "sheet."+wrong)
			continue
		}
		raw := cells[i]
		if col.Field == Account || col.Field == Place { // words: a day among them reads as one
			raw = s.Shown(i, raw)
		}
		text, wrong := sheets.Text(raw, col.Field == Phone)
		if wrong != "" {
			c.bad(col.Field, "sheet."+wrong, Refused)
			continue
		}
		if text == "" {
			continue
		}
		if col.Field == Key || col.Field == Phone || col.Field == IDNumber {
			if sheets.Shortened(text) {
				c.unreadable(col.Field, "sheet.digits_lost")
				continue
			}
			text = wholeNumber(text, c.workbook)
		}
		if col.Field == Account { // several columns are told apart by their headings
			text = col.Heading + ": " + text
		}
		if was := c.by[col.Field]; was != "" {
			text = was + "\n" + text
		}
		c.by[col.Field] = text
	}
}

func (c *cellsOf) listRow() casefile.ListRow {
	name := strings.Join(strings.Fields(strings.Join([]string{c.by[Name], c.by[GivenName], c.by[MiddleName], c.by[FamilyName]}, " ")), " ")
	c.key = c.by[Key]
	r := casefile.ListRow{
		Number: c.number, Key: c.key, County: c.term(County), Kind: c.term(PlaceKind), Place: c.by[Place], Account: c.by[Account],
		OpenedOn: c.date(OpenedOn), Closed: c.term(Status) == "closed", Reason: c.term(Closure), ClosedOn: c.date(ClosedOn), Manager: c.manager(),
		Facts: casefile.PersonFacts{
			Name: name, OtherNames: c.by[OtherNames], Phone: c.phone(), IDNumber: c.by[IDNumber], BirthDate: c.date(BirthDate),
			Sex: c.term(Sex), Minor: c.term(Minor), Language: c.term(Language), Nationality: c.term(Nation),
		},
	}
	r.Facts.Age = c.age(r.OpenedOn)
	if r.Closed && r.Reason == "" {
		r.Reason = "other"
		if !c.content.Choosable("closure-reasons", r.Reason) {
			r.Reason = c.content.List("closure-reasons")[0].ID
		}
	}
	if !r.Closed {
		r.Reason, r.ClosedOn = "", ""
	}
	return r
}

// phone keeps the first of several numbers; the others go to the account, so
// that nothing of a list is lost.
func (c *cellsOf) phone() string {
	list := strings.FieldsFunc(c.by[Phone], func(r rune) bool { return r == ';' || r == '/' || r == '|' || r == '\n' || r == ',' })
	if len(list) == 0 {
		return ""
	}
	if len(list) > 1 {
		c.by[Account] = strings.TrimSpace(c.by[Account] + "\n" + c.column[Phone] + ": " + strings.Join(list[1:], "; "))
	}
	first := strings.TrimSpace(list[0])
	if len(first) == 9 && (first[0] == '7' || first[0] == '1') { // a spreadsheet took the number for one and lost its nought
		first = "0" + first
	}
	return first
}

func (c *cellsOf) date(f Field) string {
	text := c.by[f]
	if text == "" {
		return ""
	}
	if d, ok := day(text, c.order.Dates, c.workbook, c.since1904); ok {
		return d
	}
	c.unreadable(f, "caselist.row.date."+c.order.Dates)
	return ""
}

// age is brought forward from the day on which the list opened the case: a
// child of that day may be grown up.
func (c *cellsOf) age(openedOn string) *int {
	text := c.by[Age]
	if text == "" {
		return nil
	}
	years, ok := yearsOf(text)
	if !ok {
		c.unreadable(Age, "common.error.age")
		return nil
	}
	if at, err := time.Parse(time.DateOnly, openedOn); err == nil {
		for at = at.AddDate(1, 0, 0); !at.After(c.now); at = at.AddDate(1, 0, 0) {
			years++
		}
	}
	years = min(years, valid.MaxAge)
	return &years
}

// term turns a word into a term. A word that is none is asked about.
func (c *cellsOf) term(f Field) string {
	word := c.by[f]
	if word == "" {
		return ""
	}
	if term, ok := c.order.Words[f][folded(word)]; ok {
		return term
	}
	if term, ok := c.order.kept[f][c.digest(f, word)]; ok && (term == "" || isTerm(c.content, f, term)) {
		return term
	}
	if term, ok := c.words.find(c.content, f, word); ok {
		return term
	}
	c.unreadable(f, "caselist.row.word")
	if list := c.out.Unknown[f]; len(list) < mostUnknown && len(word) <= 80 && !slices.Contains(list, folded(word)) {
		c.out.Unknown[f] = append(list, folded(word))
	}
	return ""
}

func (c *cellsOf) manager() string {
	user := c.by[Manager]
	if user == "" {
		return c.self
	}
	if id := c.staff(strings.ToLower(user)); id != "" {
		return id
	}
	c.unreadable(Manager, "caselist.row.manager")
	return c.self
}

// check lets the case's own rules look at the row.
func (c *cellsOf) check(r *casefile.ListRow) {
	fields := map[string]Field{"key": Key, "name": Name, "other_names": OtherNames, "phone": Phone, "id_number": IDNumber, "birth_date": BirthDate, "age": Age,
		"county": County, "place": Place, "account": Account, "opened_on": OpenedOn, "closed_on": ClosedOn}
	empty := map[string]func(){"name": func() { r.Facts.Name = "" }, "other_names": func() { r.Facts.OtherNames = "" }, "phone": func() { r.Facts.Phone = "" },
		"id_number": func() { r.Facts.IDNumber = "" }, "birth_date": func() { r.Facts.BirthDate = "" }, "place": func() { r.Place = "" },
		"account": func() { r.Account = "" }, "opened_on": func() { r.OpenedOn = "" }, "closed_on": func() { r.ClosedOn = "" }}
	v := valid.New(c.now)
	r.Check(v, c.content)
	var in *problem.Invalid
	if !errors.As(v.Err(), &in) {
		return
	}
	for _, f := range in.Fields {
		if told := c.column[fields[f.Name]]; told != "" && slices.ContainsFunc(c.found, func(p Problem) bool { return p.Column == told && p.Outcome == Refused }) {
			continue // why the cell holds nothing is told already
		}
		c.unreadable(fields[f.Name], f.Key, f.Args...)
		if clean := empty[f.Name]; clean != nil {
			clean()
		}
	}
}

// twice refuses a second row of one number, however its letters are written.
func (c *cellsOf) twice(key string) {
	key = strings.ToLower(key)
	if first, ok := c.seen[key]; ok {
		c.bad(Key, "caselist.row.twice", Refused, "row", first)
		return
	}
	c.seen[key] = c.number
}

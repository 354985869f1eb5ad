package caselist

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"rufaa/internal/casefile"
	"rufaa/internal/draft"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/sheets"
)

// Lists takes agencies' lists into one realm's cases.
type Lists struct {
	realm *realm.Realm
	cases *casefile.Cases
	words *Words
	// managers gives the ids of an agency's case managers by user name.
	managers func(ctx context.Context, agency string) (map[string]string, error)

	running sync.Mutex // one at a time: a large file takes memory
	drafts  *draft.Shelf[Draft]
}

// New opens the room and registers its projection.
func New(r *realm.Realm, cases *casefile.Cases, words *Words, managers func(context.Context, string) (map[string]string, error)) *Lists {
	r.Register(projection{})
	return &Lists{realm: r, cases: cases, words: words, managers: managers, drafts: draft.NewShelf[Draft](r.Now)}
}

// limits of a file: 20,000 rows of a wide spreadsheet are about 10 MB.
var limits = sheets.Limits{Bytes: 64 << 20, Unpacked: 256 << 20, Ratio: 100, Files: 2000, Columns: 200, Cell: 32_767, Row: 4 << 20}

func (l *Lists) admit(who realm.Actor) error {
	return l.realm.Door.Realm(who.Principal, policy.CaseImport)
}

func open(src sheets.Source, sheet string) (*sheets.Sheet, sheets.Format, error) {
	f, _, err := sheets.Detect(src, limits)
	if err != nil {
		return nil, "", err
	}
	if f != sheets.CSV && f != sheets.XLSX {
		return nil, "", &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "caselist.error.file_kind"}}}
	}
	s, err := sheets.Open(src, f, sheet, limits)
	return s, f, err
}

// Preview is what a file looks like, for a person to say what its columns are.
type Preview struct {
	Format  sheets.Format
	Sheets  []string
	Order   Order    // a guess: as the agency read this list the last time, or by its headings
	Kept    bool     // the guess is of the last time
	Sample  []string // of each column its first value
	headers []string
}

// Inspect looks at a file.
func (l *Lists) Inspect(ctx context.Context, who realm.Actor, src sheets.Source, sheet string) (*Preview, error) {
	if err := l.admit(who); err != nil {
		return nil, err
	}
	s, f, err := open(src, sheet)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	p := &Preview{Format: f, Sheets: s.Sheets(), headers: s.Columns, Sample: make([]string, len(s.Columns))}
	for range 5 {
		row, err := s.Next()
		if err != nil || row == nil {
			break
		}
		for i := range p.Sample {
			if p.Sample[i] == "" {
				p.Sample[i] = strings.TrimSpace(row[i])
			}
		}
	}
	p.Order, p.Kept, err = l.remembered(ctx, who.Agency, s.Columns)
	p.Order.Sheet = sheet
	return p, err
}

// Import reads a file and takes its good rows, all in one transaction; with
// DryRun it only tells what that would do. Its error is a *problem.Invalid for
// a file or an order that is refused as a whole.
func (l *Lists) Import(ctx context.Context, who realm.Actor, src sheets.Source, o Order) (*Outcome, error) {
	if err := l.admit(who); err != nil {
		return nil, err
	}
	if !l.running.TryLock() {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "caselist.error.busy"}}}
	}
	defer l.running.Unlock()
	s, f, err := open(src, o.Sheet)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if len(o.Columns) == 0 {
		guess, _, err := l.remembered(ctx, who.Agency, s.Columns)
		if err != nil {
			return nil, err
		}
		o.Columns, o.kept = guess.Columns, guess.kept
	}
	if err := sheets.SameHeading(s.Columns, func(i int) bool { return i < len(o.Columns) && o.Columns[i].Field != "" }); err != nil {
		return nil, err
	}
	if err := o.check(l, s.Columns); err != nil {
		return nil, err
	}
	x, err := l.reading(ctx, who, &o)
	if err != nil {
		return nil, err
	}
	x.workbook, x.since1904, x.out.Columns = f == sheets.XLSX, s.Since1904(), s.Columns
	if err := x.read(ctx, s); err != nil {
		return nil, err
	}
	return x.out, l.take(ctx, who, &o, x)
}

func (l *Lists) reading(ctx context.Context, who realm.Actor, o *Order) (*reading, error) {
	managers, err := l.managers(ctx, who.Agency)
	if err != nil {
		return nil, err
	}
	if o.kept == nil { // what the agency said of this list's words the last time
		last, err := l.named(ctx, who.Agency, o.List)
		if err != nil {
			return nil, err
		}
		if last != nil {
			o.kept = last.Words
		}
	}
	return &reading{order: o, words: l.words, content: l.realm.Content.Pinned(), now: l.realm.Now(), self: who.Staff,
		digest: func(f Field, word string) string { return l.digest(who.Agency, string(f), word) },
		staff:  func(user string) string { return managers[user] },
		out:    &Outcome{Unknown: map[Field][]string{}}, raw: map[int][]string{}, seen: map[string]int{}}, nil
}

// take hands the rows to the case room and tells what became of them.
func (l *Lists) take(ctx context.Context, who realm.Actor, o *Order, x *reading) error {
	note := l.note(who, o)
	verdicts, err := l.cases.TakeList(ctx, who, casefile.ListOrder{List: o.List, DryRun: o.DryRun, Alike: o.Alike, Note: &note}, x.rows)
	if err != nil {
		return err
	}
	for _, v := range verdicts {
		p := Problem{Row: v.Number, Key: v.Key, Case: v.Case, Outcome: Warning}
		switch v.What {
		case casefile.RowNew:
			x.out.New++
		case casefile.RowChanged:
			x.out.Changed++
		case casefile.RowSame:
			x.out.Same++
		case casefile.RowHeld:
			x.out.Held++
			p.Outcome = Held
			x.bad(BadRow{Row: v.Number, Cells: x.raw[v.Number], Why: []Problem{p}})
			continue
		case casefile.RowRefused:
			p.Outcome = Refused
			x.refuse(BadRow{Row: v.Number, Cells: x.raw[v.Number], Why: []Problem{p}})
			continue
		}
		if v.Key != "" {
			x.tell(p)
		}
	}
	slices.SortStableFunc(x.out.Problems, func(a, b Problem) int { return a.Row - b.Row })
	slices.SortStableFunc(x.out.Bad, func(a, b BadRow) int { return a.Row - b.Row })
	return nil
}

// check looks at what a person said of the list.
func (o *Order) check(l *Lists, headings []string) error {
	var wrong []problem.Field
	add := func(name, key string, args ...any) {
		wrong = append(wrong, problem.Field{Name: name, Key: key, Args: args})
	}
	if o.List = listName(o.List); o.List == "" {
		add("list", "caselist.error.list")
	}
	if !slices.Contains(DateOrders, o.Dates) {
		add("dates", "caselist.error.dates")
	}
	if len(o.Columns) > len(headings) {
		add("columns", "caselist.error.columns")
	}
	seen := map[Field]bool{}
	for i, c := range o.Columns {
		switch {
		case c.Field == "":
			continue
		case !slices.Contains(Fields, c.Field):
			add(columnName(i), "common.error.unknown_term")
		case seen[c.Field] && !several[c.Field]:
			add(columnName(i), "caselist.error.field_twice")
		}
		seen[c.Field] = true
		if i < len(headings) {
			o.Columns[i].Heading = headings[i]
		}
	}
	if !seen[Key] {
		add("columns", "caselist.error.key")
	}
	if i := slices.IndexFunc(headings, looksLikeData); i >= 0 {
		add("file", "caselist.error.no_headings")
	}
	o.checkWords(l, add)
	if len(wrong) > 0 {
		return &problem.Invalid{Fields: wrong}
	}
	return nil
}

func (o *Order) checkWords(l *Lists, add func(string, string, ...any)) {
	for _, f := range slices.Sorted(maps.Keys(o.Words)) {
		if !slices.Contains(Fields, f) {
			add("words", "caselist.error.word_field", "field", string(f))
			continue
		}
		list := o.Words[f]
		clean := make(map[string]string, len(list))
		for _, word := range slices.Sorted(maps.Keys(list)) {
			term := list[word]
			if term != "" && !isTerm(l.realm.Content, f, term) {
				add("words", "caselist.error.word_term", "field", string(f), "word", word, "term", term)
			}
			clean[folded(word)] = term
		}
		o.Words[f] = clean
	}
}

// columnName names a column as the form does.
func columnName(i int) string { return "c." + itoa(i) }

// looksLikeData tells a heading that is a telephone number, a date or a long
// number: then the first row is a person, not headings.
func looksLikeData(heading string) bool {
	digits := 0
	for _, r := range heading {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+-/. ()", r):
			return false
		}
	}
	return digits >= 6
}

// listName is a name of a list as rows are recognised by it: small letters,
// digits and hyphens.
func listName(s string) string {
	out := []rune{}
	for _, r := range folded(s) {
		if r == ' ' {
			r = '-'
		}
		if r == '-' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			out = append(out, r)
		}
	}
	if name := strings.Trim(string(out), "-"); len(name) <= 60 {
		return name
	}
	return ""
}

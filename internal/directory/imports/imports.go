package imports

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"rufaa/internal/directory"
	"rufaa/internal/draft"
	"rufaa/internal/hsds"
	"rufaa/internal/hsds/intake"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// Defaults say what a file does not.
type Defaults struct {
	OrganizationKind string `json:"organization_kind" doc:"Vocabulary agency-kinds, of organisations that are new" maxLength:"40"`
	Service          string `json:"service,omitempty" doc:"Service category of what names none" maxLength:"60"`
	// Unknown takes Service for categories that nobody knows, too, instead of
	// refusing the row.
	Unknown bool `json:"unknown,omitempty" doc:"Use it for unknown categories as well"`
}

// Order is one file with what a person says of it.
type Order struct {
	Source   string
	Mapping  intake.Mapping // of sheets; nil guesses
	Sheet    string         // of a workbook; the first when empty
	Defaults Defaults
	DryRun   bool
}

// Outcome is what an import did, or would do.
type Outcome struct {
	Rows     int                    `json:"rows"`    // read
	Refused  int                    `json:"refused"` // rows that are not taken
	Entries  directory.ImportResult `json:"entries"`
	Problems []intake.RowProblem    `json:"-"`
	More     int                    `json:"more,omitempty"` // problems beyond those that are kept
	Took     time.Duration          `json:"-"`
}

// Imports brings files into one realm's directory.
type Imports struct {
	d      *directory.Directory
	realm  *realm.Realm
	ids    hsds.IDs // under which the realm publishes
	limits intake.Limits

	running sync.Mutex // one at a time: a large file takes memory
	drafts  *draft.Shelf[Draft]
}

// New opens the room.
func New(r *realm.Realm, d *directory.Directory) *Imports {
	l := intake.DefaultLimits
	l.Bytes = mostBytes
	return &Imports{d: d, realm: r, ids: hsds.NewIDs("rufaa/" + r.Name), limits: l, drafts: draft.NewShelf[Draft](r.Now)}
}

// mostBytes bounds a file. 200,000 rows are about 30 MB.
const mostBytes = 64 << 20

func (im *Imports) admit(who realm.Actor) error {
	return im.realm.Door.Realm(who.Principal, policy.DirectoryImport)
}

// Inspect shows what a file looks like, for a person to map its columns.
func (im *Imports) Inspect(ctx context.Context, who realm.Actor, src intake.Source, sheet string) (*intake.Preview, error) {
	if err := im.admit(who); err != nil {
		return nil, err
	}
	return intake.Inspect(ctx, src, intake.Options{Source: "inspect", Sheet: sheet, Limits: im.limits})
}

// Import reads a file and takes what is good into the directory, all of it in
// one transaction; with DryRun it only tells what that would do. Its error is
// a *problem.Invalid for a file or order that is refused as a whole.
func (im *Imports) Import(ctx context.Context, who realm.Actor, src intake.Source, o Order) (*Outcome, error) {
	if err := im.admit(who); err != nil {
		return nil, err
	}
	if err := im.check(&o); err != nil {
		return nil, err
	}
	if !im.running.TryLock() {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "keeping.error.import_busy"}}}
	}
	defer im.running.Unlock()
	start := time.Now()
	g, report, err := im.gather(ctx, src, o)
	if err != nil {
		return nil, err
	}
	out := &Outcome{Rows: report.Rows, Refused: report.Refused + g.refused, Problems: g.problems, More: g.more}
	result, err := im.d.Import(ctx, who, directory.ImportOrder{Source: o.Source, DryRun: o.DryRun, Rows: out.Rows, Refused: out.Refused}, g.all())
	if err != nil {
		return nil, err
	}
	out.Entries, out.Took = *result, time.Since(start)
	return out, nil
}

func (im *Imports) check(o *Order) error {
	var wrong []problem.Field
	if o.Source = sourceName(o.Source); o.Source == "" {
		wrong = append(wrong, problem.Field{Name: "source", Key: "keeping.error.source"})
	}
	c := im.d.Taxonomy.Content()
	if o.Defaults.OrganizationKind == "" {
		o.Defaults.OrganizationKind = "ngo"
	}
	if _, ok := c.Term("agency-kinds", o.Defaults.OrganizationKind); !ok {
		wrong = append(wrong, problem.Field{Name: "organization_kind", Key: "common.error.unknown_term"})
	}
	if _, ok := c.Service(o.Defaults.Service); !ok && o.Defaults.Service != "" {
		wrong = append(wrong, problem.Field{Name: "service", Key: "common.error.unknown_term"})
	}
	if len(wrong) > 0 {
		return &problem.Invalid{Fields: wrong}
	}
	return nil
}

// sourceName is a name of a source as ids hang on it: small letters, digits
// and hyphens; "" when nothing is left or too much.
func sourceName(s string) string {
	out := []rune{}
	for _, r := range folded(s) {
		if r == ' ' {
			r = '-'
		}
		if r == '-' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			out = append(out, r)
		}
	}
	if len(out) > 60 {
		return ""
	}
	return string(out)
}

func (im *Imports) gather(ctx context.Context, src intake.Source, o Order) (*gathering, *intake.Report, error) {
	words, err := newLexicon(im.d, im.ids)
	if err != nil {
		return nil, nil, err
	}
	k, err := knownTo(ctx, im.d, o.Source, im.ids)
	if err != nil {
		return nil, nil, err
	}
	op := intake.Options{Source: o.Source, Sheet: o.Sheet, Limits: im.limits, Hidden: func(id string) bool { return k.hidden[id] }, Terms: words.terms}
	if o.Defaults.Unknown {
		op.Terms = nil
	}
	if o.Mapping == nil {
		p, err := intake.Inspect(ctx, src, op)
		if err != nil {
			return nil, nil, err
		}
		o.Mapping = p.Mapping
	}
	g := &gathering{translation: &translation{lexicon: words, defaults: o.Defaults, known: k}, d: im.d,
		rows: map[string]int{}, most: intake.DefaultLimits.Problems}
	report, err := intake.Read(ctx, src, o.Mapping, op, g.take)
	if err != nil {
		return nil, nil, err
	}
	g.end(report.Concealed)
	g.problems = append(slices.Clone(report.Problems), g.problems...)
	slices.SortStableFunc(g.problems, func(a, b intake.RowProblem) int { return cmp.Compare(a.Row, b.Row) })
	g.more += report.More
	return g, report, nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"rufaa/internal/accounts"
	"rufaa/internal/caselist"
	"rufaa/internal/office"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/sheets"
	"rufaa/internal/text"
)

type casesCmd struct {
	Import caseImportCmd `cmd:"" help:"Take in an agency's own list of cases (CSV or XLSX); all good rows together, or none."`
}

type caseImportCmd struct {
	place
	File     string            `required:"" help:"File to read." type:"existingfile"`
	List     string            `required:"" help:"Name of the list, the same from one import to the next, e.g. clients."`
	Manager  string            `required:"" help:"User name of the case manager who takes it in; cases that name no other are theirs."`
	Dates    string            `required:"" help:"How dates are written: dmy, mdy or ymd." enum:"dmy,mdy,ymd"`
	Column   map[string]string `help:"Heading=field, where the guess is wrong; an empty field leaves the column out. Fields: see caselist.field.* in the texts."`
	Word     []string          `help:"field:word=term, for words of the list that are not known."`
	Sheet    string            `help:"Sheet of a workbook; the first when empty."`
	Lenient  bool              `help:"Leave out a value that cannot be read, instead of refusing its row."`
	Alike    bool              `help:"Take rows as well that look like a case which is here."`
	DryRun   bool              `help:"Tell what would be done and each row's problem; store nothing."`
	NotTaken string            `help:"File for the rows that are not taken, with the reason, as CSV. It holds names." type:"path"`
	Language string            `help:"Language of the problems." enum:"en,sw" default:"en"`
}

var errNoManager = errors.New("no active case manager has this user name")

func (c *caseImportCmd) Run(ctx context.Context, s *streams) error {
	name, err := c.one()
	if err != nil {
		return err
	}
	safe, err := c.safe(ctx)
	if err != nil {
		return err
	}
	leave, err := c.alone("cases import")
	if err != nil {
		return err
	}
	defer leave()
	of, err := office.Open(ctx, office.Options{Data: c.Data, Realm: name, URL: c.DB, Safe: safe, Log: s.log})
	if err != nil {
		return err
	}
	defer of.Close()
	who, err := managerOf(ctx, of, c.Manager)
	if err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	l := of.Texts.In(c.Language)
	src := sheets.Source{Name: c.File, Data: f, Size: info.Size()}
	o, err := c.order(ctx, of, who, src)
	if err != nil {
		return worded(l, err)
	}
	out, err := of.CaseLists.Import(ctx, who, src, o)
	if err != nil {
		return worded(l, err)
	}
	c.tell(s, l, out)
	return c.writeBad(l, out)
}

// managerOf is the member of staff in whose name the list is taken in.
func managerOf(ctx context.Context, of *office.Office, user string) (realm.Actor, error) {
	staff, err := of.Accounts.StaffByUsername(ctx, user)
	if err != nil || staff.State != accounts.Active || !slices.Contains(staff.Duties, accounts.CaseManager) {
		return realm.Actor{}, fmt.Errorf("%s: %w", user, errNoManager)
	}
	return realm.Actor{Principal: policy.Principal{Staff: staff.ID, Agency: staff.Agency, Duty: string(accounts.CaseManager)}, Device: "command line"}, nil
}

// order is the guess with what the person said otherwise.
func (c *caseImportCmd) order(ctx context.Context, of *office.Office, who realm.Actor, src sheets.Source) (caselist.Order, error) {
	p, err := of.CaseLists.Inspect(ctx, who, src, c.Sheet)
	if err != nil {
		return caselist.Order{}, err
	}
	o := p.Order
	o.List, o.Sheet, o.Dates, o.Lenient, o.Alike, o.DryRun = c.List, c.Sheet, c.Dates, c.Lenient, c.Alike, c.DryRun
	for i := range o.Columns {
		if field, ok := c.Column[o.Columns[i].Heading]; ok {
			o.Columns[i].Field = caselist.Field(field)
		}
	}
	for _, x := range c.Word {
		field, rest, ok := strings.Cut(x, ":")
		word, term, ok2 := strings.Cut(rest, "=")
		if !ok || !ok2 {
			return o, fmt.Errorf("--word %q is not field:word=term", x)
		}
		if o.Words == nil {
			o.Words = map[caselist.Field]map[string]string{}
		}
		if o.Words[caselist.Field(field)] == nil {
			o.Words[caselist.Field(field)] = map[string]string{}
		}
		o.Words[caselist.Field(field)][word] = term
	}
	return o, nil
}

func (c *caseImportCmd) tell(s *streams, l *text.Lang, o *caselist.Outcome) {
	done := "taken in"
	if c.DryRun {
		done = "dry run, nothing stored"
	}
	fmt.Fprintf(s.out, "%s: %d rows; %d new, %d changed, %d the same, %d held back, %d not taken\n", done, o.Rows, o.New, o.Changed, o.Same, o.Held, o.Refused)
	for i := range o.Problems[:min(len(o.Problems), problemsTold)] {
		p := &o.Problems[i]
		fmt.Fprintf(s.out, "row %d: %s (%s)\n", p.Row, caselist.Told(l, p), p.Outcome)
	}
	if len(o.Problems) > problemsTold {
		fmt.Fprintf(s.out, "and %d more\n", len(o.Problems)-problemsTold+o.More)
	}
}

func (c *caseImportCmd) writeBad(l *text.Lang, o *caselist.Outcome) error {
	if c.NotTaken == "" {
		return nil
	}
	f, err := os.OpenFile(c.NotTaken, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("%w; choose a new file name; what was taken in stands", err)
	}
	if err := caselist.WriteBad(f, l, o); err != nil {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"rufaa/internal/accounts"
	"rufaa/internal/directory/imports"
	"rufaa/internal/hsds/intake"
	"rufaa/internal/office"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/text"
)

type directoryCmd struct {
	Import importCmd `cmd:"" help:"Import HSDS 3.0 or 3.1 (JSON, zipped data package), CSV or XLSX; all good rows together, or none."`
}

type importCmd struct {
	place
	File     string `required:"" help:"File to read." type:"existingfile"`
	Source   string `required:"" help:"Name of the source, the same from one import to the next, e.g. county-list."`
	Sheet    string `help:"Sheet of a workbook; the first when empty."`
	DryRun   bool   `help:"Tell what would be done and each row's problem; store nothing."`
	Kind     string `help:"Kind of organisations that are new (vocabulary agency-kinds)." default:"ngo"`
	Service  string `help:"Service category of rows that name none; without it such rows are refused."`
	Unknown  bool   `help:"Use --service for unknown categories as well."`
	Problems string `help:"File for the problems of rows, as CSV." type:"path"`
	Language string `help:"Language of the problems." enum:"en,sw" default:"en"`
}

// keeper is the operator, who acts for the Secretariat at the command line.
var keeper = realm.Actor{Principal: policy.Principal{Staff: "system", Agency: "system", Duty: string(accounts.Secretariat)}, Device: "command line"}

func (c *importCmd) Run(ctx context.Context, s *streams) error {
	name, err := c.one()
	if err != nil {
		return err
	}
	safe, err := c.safe(ctx)
	if err != nil {
		return err
	}
	of, err := office.Open(ctx, office.Options{Data: c.Data, Realm: name, URL: c.DB, Safe: safe, Log: s.log})
	if err != nil {
		return err
	}
	defer of.Close()
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	report, err := c.report()
	if err != nil {
		return err
	}
	defer report.Close()
	l := of.Texts.In(c.Language)
	out, err := of.Lists.Import(ctx, keeper, intake.Source{Name: c.File, Data: f, Size: info.Size()}, imports.Order{Source: c.Source, Sheet: c.Sheet, DryRun: c.DryRun,
		Defaults: imports.Defaults{OrganizationKind: c.Kind, Service: c.Service, Unknown: c.Unknown}})
	if err != nil {
		return worded(l, err)
	}
	c.tell(s, l, out)
	if c.Problems == "" {
		return nil
	}
	if err := imports.WriteProblems(report, l, out); err != nil {
		return err
	}
	return report.Close()
}

// report opens the file for problems, before anything is done; nil without one.
func (c *importCmd) report() (*os.File, error) {
	if c.Problems == "" {
		return nil, nil
	}
	f, err := os.OpenFile(c.Problems, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%w; choose a new file name", err)
	}
	return f, nil
}

// worded tells what is wrong with the file or the order as a person would.
func worded(l *text.Lang, err error) error {
	var in *problem.Invalid
	if !errors.As(err, &in) {
		return err
	}
	list := make([]error, len(in.Fields))
	for i, f := range in.Fields {
		message := f.Name + ": " + l.T(f.Key, f.Args...)
		if l.Has(f.Key + ".remedy") {
			message += " " + l.T(f.Key+".remedy", f.Args...)
		}
		list[i] = errors.New(message)
	}
	return errors.Join(list...)
}

// problemsTold bounds the problems on the screen; the file has all that are kept.
const problemsTold = 20

func (c *importCmd) tell(s *streams, l *text.Lang, o *imports.Outcome) {
	done := "imported"
	if c.DryRun {
		done = "dry run, nothing stored"
	}
	e := o.Entries
	fmt.Fprintf(s.out, "%s: %d rows, %d refused; providers: %d new, %d changed, %d the same, %d beside what people keep, %d closed\n",
		done, o.Rows, o.Refused, e.New, e.Changed, e.Same, e.Aside, e.Closed)
	for i := range o.Problems[:min(len(o.Problems), problemsTold)] {
		p := &o.Problems[i]
		at := fmt.Sprintf("row %d %s", p.Row, p.Column)
		if p.Table != "" {
			at = p.Table + " " + at
		}
		fmt.Fprintf(s.out, "%s: %s %s (%s)\n", at, l.T(p.Key, p.Args...), imports.Remedy(l, p), p.Outcome)
	}
	if len(o.Problems) > problemsTold {
		fmt.Fprintf(s.out, "and %d more problems\n", len(o.Problems)-problemsTold+o.More)
	}
}

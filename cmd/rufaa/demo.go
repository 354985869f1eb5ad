package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"

	"rufaa/internal/demo"
	"rufaa/internal/office"
	"rufaa/internal/realm"
)

type demoCmd struct {
	Data    string   `help:"Folder of the demonstration; a temporary one when empty." type:"path"`
	DB      string   `help:"PostgreSQL URL." name:"db"`
	Addr    string   `help:"Address to listen on." default:"127.0.0.1:8080"`
	Tiles   string   `help:"File of map tiles (PMTiles 3, vector) for the street map." placeholder:"FILE" type:"path"`
	Solver  string   `help:"Mixed-integer solver (COIN-OR CBC: a path, or a name on the PATH) that proves joint placements the own search cannot; auto takes cbc where it is, none none." default:"auto"`
	Cases   int      `help:"How many fictional cases to tell." default:"72"`
	Witness []string `help:"Public key of a witness (rufaa witness prints it) whose co-signatures are kept." sep:","`
	stamping
}

// The demonstration's two realms: the play of daily work and, beside it, the
// exercise realm that shares nothing with it.
const (
	demoRealm     = "demo"
	exerciseRealm = "exercise"
)

func (c *demoCmd) Run(ctx context.Context, s *streams) error {
	kept := c.Data != ""
	if !kept {
		dir, err := os.MkdirTemp("", "rufaa-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		c.Data = dir
	}
	if err := readTiles(c.Tiles); err != nil {
		return err
	}
	if err := c.noRealUse(); err != nil {
		return err
	}
	leave, err := (&place{Data: c.Data, DB: c.DB}).alone("demo")
	if err != nil {
		return err
	}
	defer leave()
	offices, told, err := c.openAll(ctx, s)
	if told && err == nil && kept {
		closeAll(offices)
		if err := startAfresh(); err != nil {
			s.log.Debug("going on in the process that told", "error", err.Error())
		}
		offices, _, err = c.openAll(ctx, s)
	}
	defer func() { closeAll(offices) }()
	if err != nil {
		return err
	}
	if err := useSolver(offices, c.Solver); err != nil {
		return err
	}
	h, err := witnessed(offices, c.Witness, handler(offices, false, true, c.Tiles))
	if err != nil {
		return err
	}
	return listen(ctx, s, c.Addr, "", h, offices)
}

// startAfresh puts the program anew in the place of this process, with what it was
// called with. Telling takes several times the memory of serving and leaves it in
// pieces too small to give back. It returns only where that cannot be done.
func startAfresh() error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	return syscall.Exec(program, os.Args, os.Environ())
}

// openAll opens the demonstration's realms, and tells those that are not there.
// What was opened comes with an error too.
func (c *demoCmd) openAll(ctx context.Context, s *streams) (offices []*office.Office, told bool, err error) {
	sources, err := office.ReadSources(nil)
	if err != nil {
		return nil, false, err
	}
	for _, r := range []struct {
		name  string
		kind  realm.Kind
		cases int
	}{{demoRealm, realm.Demo, c.Cases}, {exerciseRealm, realm.Exercise, 6}} {
		of, first, err := c.open(ctx, s, sources, r.name, r.kind, r.cases)
		if err != nil {
			return offices, told, err
		}
		offices, told = append(offices, of), told || first
	}
	return offices, told, nil
}

// noRealUse refuses a folder in which a realm for real use lives, whatever its
// name.
func (c *demoCmd) noRealUse() error {
	names, err := realm.List(c.Data)
	if err != nil {
		return err
	}
	for _, name := range names {
		if facts, err := realm.ReadFacts(c.Data, name); err == nil && facts.Kind == realm.Live {
			return errors.New("this folder holds a realm for real use; give the demonstration a folder of its own")
		}
	}
	return nil
}

// open opens a demonstration realm, and tells its cases the first time; told says
// that it did. A telling that was interrupted is told from the start in a new folder.
func (c *demoCmd) open(ctx context.Context, s *streams, sources *office.Sources, name string, kind realm.Kind, cases int) (of *office.Office, told bool, err error) {
	clock := new(demo.Clock)
	stamper, err := c.authority()
	if err != nil {
		return nil, false, err
	}
	o := office.Options{Data: c.Data, Realm: name, URL: c.DB, Now: clock.Now, Sources: sources, Log: s.log, Stamper: stamper}
	_, err = realm.ReadFacts(c.Data, name)
	switch {
	case err == nil:
		of, err = office.Open(ctx, o)
		return of, false, err
	case !errors.Is(err, realm.ErrNoRealm):
		return nil, false, err
	}
	if of, err = office.Create(ctx, o, kind); err != nil {
		return nil, false, err
	}
	if err := demo.Enrol(ctx, of); err != nil {
		return nil, false, errors.Join(err, of.Close())
	}
	if err := demo.Seed(ctx, of, clock, cases); err != nil {
		return nil, false, errors.Join(fmt.Errorf("telling the demonstration: %w", err), of.Close())
	}
	clock.Run()
	if kind == realm.Exercise {
		if err := demo.Play(ctx, of); err != nil {
			return nil, false, errors.Join(err, of.Close())
		}
	}
	return of, true, nil
}

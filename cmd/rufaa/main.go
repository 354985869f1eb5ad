package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"rufaa/internal/office"
	"rufaa/internal/witness"
)

// version is set at build time.
var version = "dev"

// place is where a realm lives; every command takes the same words.
type place struct {
	Data  string `help:"Folder with the realms." type:"path"`
	DB    string `help:"PostgreSQL URL; without it each realm has SQLite files in its folder." name:"db"`
	Realm string `help:"Name of the realm; the only or first one when empty."`
	KMS   string `help:"KMS that wraps the realm's key file, e.g. hashivault://rufaa-live." name:"kms" env:"RUFAA_KMS"`
}

type commands struct {
	Demo      demoCmd      `cmd:"" help:"Start a demonstration with fictional agencies, people and cases."`
	Init      initCmd      `cmd:"" help:"Make a new realm for real use and invite its first administrator."`
	Serve     serveCmd     `cmd:"" help:"Serve the realms of a data folder."`
	Verify    verifyCmd    `cmd:"" help:"Derive every hash and checkpoint again; name the first thing that is wrong."`
	Rebuild   rebuildCmd   `cmd:"" help:"Throw the read models away and fold them again from the ledger."`
	Backup    backupCmd    `cmd:"" help:"Write a backup: FILE with the rows and FILE.keys with the wrapped data keys."`
	Restore   restoreCmd   `cmd:"" help:"Put a backup back into an empty place."`
	Export    exportCmd    `cmd:"" help:"Write every event as one JSON line, sealed texts sealed, with the newest checkpoint."`
	Cases     casesCmd     `cmd:"" help:"Take in lists of cases that agencies kept before."`
	Directory directoryCmd `cmd:"" help:"Take lists of others into the directory of service providers."`
	Exercise  exerciseCmd  `cmd:"" help:"Check, rehearse and exchange exercise scenarios."`
	Witness   witnessCmd   `cmd:"" help:"Watch another agency's ledger: check that it only grows, and co-sign it."`
	Keys      keysCmd      `cmd:"" help:"Rotate and retire key-encryption keys."`
	Version   versionCmd   `cmd:"" help:"Print the version."`
}

type streams struct {
	out io.Writer
	log *slog.Logger
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	office.Memory()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is main without the process, for tests.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	var c commands
	exit := -1
	parser, err := kong.New(&c, kong.Name("rufaa"), kong.Writers(out, errs), kong.Exit(func(code int) { exit = code }),
		kong.Description("Rufaa: the joint response to trafficking in persons and smuggling of migrants."),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(&streams{out: out, log: slog.New(slog.NewTextHandler(errs, nil))}))
	if err != nil {
		fmt.Fprintln(errs, "rufaa:", err)
		return 1
	}
	k, err := parser.Parse(args)
	if exit >= 0 {
		return exit
	}
	if err != nil {
		fmt.Fprintln(errs, "rufaa:", err, "(rufaa --help tells the commands)")
		return 2
	}
	if err := k.Run(); err != nil {
		fmt.Fprintln(errs, "rufaa:", err)
		if errors.Is(err, witness.ErrAlarm) {
			return 3
		}
		return 1
	}
	return 0
}

type versionCmd struct{}

func (versionCmd) Run(s *streams) error {
	_, err := fmt.Fprintln(s.out, "rufaa", version)
	return err
}

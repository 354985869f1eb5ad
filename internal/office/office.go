package office

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"

	directoryfiles "rufaa/content/directory"
	"rufaa/internal/accounts"
	"rufaa/internal/blob"
	"rufaa/internal/casefile"
	"rufaa/internal/caselist"
	"rufaa/internal/certificate"
	"rufaa/internal/content"
	"rufaa/internal/diary"
	"rufaa/internal/directory"
	"rufaa/internal/directory/imports"
	"rufaa/internal/evidencefile"
	"rufaa/internal/exchange"
	"rufaa/internal/exercise"
	"rufaa/internal/exhibit"
	"rufaa/internal/family"
	"rufaa/internal/hashlist"
	"rufaa/internal/inquiry"
	"rufaa/internal/kept"
	"rufaa/internal/keyfile"
	"rufaa/internal/ledger"
	"rufaa/internal/likeness"
	"rufaa/internal/measure"
	"rufaa/internal/notice"
	"rufaa/internal/placement"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/referral"
	"rufaa/internal/review"
	"rufaa/internal/rulebook"
	"rufaa/internal/scene"
	"rufaa/internal/signon"
	"rufaa/internal/store"
	"rufaa/internal/text"
	"rufaa/internal/training"
	"rufaa/internal/vault"
)

// Options say which realm to open.
type Options struct {
	Data     string           // the data folder
	Realm    string           // the realm's name
	URL      string           // PostgreSQL; empty for SQLite
	Sources  *Sources         // nil: the program's own, read anew
	Now      func() time.Time // nil: the wall clock
	Log      *slog.Logger     // nil: slog.Default
	Safe     keyfile.Safe     // how the key file is kept; the zero value: in the clear
	Accounts accounts.Settings
	Outlets  notice.Outlets       // ways to tell people outside; none is set up by itself
	SignOn   signon.Options       // where agencies' sign-ons may be
	Shelf    blob.Shelf           // where files lie; nil: a folder of the realm
	Stamper  evidencefile.Stamper // timestamp authority; nil: none
}

// Office is one realm with its rooms.
type Office struct {
	*realm.Realm
	Accounts   *accounts.Accounts
	Cases      *casefile.Cases
	Referrals  *referral.Referrals
	Directory  *directory.Directory
	Measures   *measure.Measures
	Rulebook   *rulebook.Rulebook
	Lists      *imports.Imports // of others, on their way into the directory
	CaseLists  *caselist.Lists  // of agencies, on their way into cases
	Placement  *placement.Room
	Likenesses *likeness.Likenesses
	Families   *family.Families
	Training   *training.Training
	Notices    *notice.Notices
	Diary      *diary.Diary
	Kept       *kept.Kept
	Exercises  *exercise.Exercises
	Reviews    *review.Desk
	Inquiries  *inquiry.Inquiries
	Scenes     *scene.Scenes
	Files      *evidencefile.Files
	HashLists  *hashlist.Lists
	Exhibits   *exhibit.Exhibits
	Texts      *text.Catalogs
	Log        *slog.Logger

	Certificates *certificate.Certificates

	files      fs.FS // the data files
	agencies   agencyNames
	people     *expirable.LRU[string, string]
	rehearsals rehearsals
	stop       context.CancelFunc
	done       sync.WaitGroup
}

// ErrDemoInLive says that demonstration accounts stand in a realm for real use.
var ErrDemoInLive = errors.New("this realm is for real use but holds demonstration accounts; " +
	"make a new realm with rufaa init and leave this folder to rufaa demo")

// Create makes a new realm and opens it.
func Create(ctx context.Context, o Options, kind realm.Kind) (*Office, error) {
	return open(ctx, o, kind, func(ro realm.Options) (*realm.Realm, error) { return realm.Create(ctx, ro, kind) })
}

// Open opens a realm that exists.
func Open(ctx context.Context, o Options) (*Office, error) {
	facts, err := realm.ReadFacts(o.Data, o.Realm)
	if err != nil {
		return nil, err
	}
	return open(ctx, o, facts.Kind, func(ro realm.Options) (*realm.Realm, error) { return realm.Open(ctx, ro) })
}

func open(ctx context.Context, o Options, kind realm.Kind, realmOf func(realm.Options) (*realm.Realm, error)) (_ *Office, err error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Sources == nil {
		if o.Sources, err = ReadSources(nil); err != nil {
			return nil, err
		}
	}
	files, c := o.Sources.files, o.Sources.content.Pinned()
	// In an exercise the realm's time is the scenario's; sessions and sign-in
	// stay on the wall's, or a jump over the night would sign everybody out.
	now, wall := o.Now, o.Now
	var clock *exercise.Clock
	if kind == realm.Exercise {
		clock = exercise.NewClock(o.Now)
		now, wall = clock.Now, clock.Wall
	}
	r, err := realmOf(realm.Options{Dir: o.Data, Name: o.Realm, URL: o.URL, Content: c, Door: o.Sources.door.Pinned(), Now: now, Safe: o.Safe})
	if err != nil {
		return nil, err
	}
	of := &Office{Realm: r, files: files, Texts: o.Sources.texts, Log: o.Log, people: expirable.NewLRU[string, string](peopleKept, nil, nameStays)}
	defer func() {
		if err != nil {
			of.Close()
		}
	}()
	// What the ledger says is in force holds from here on, also for what is
	// read once at start.
	fits := func(c *content.Content) error { _, err := directory.LoadTaxonomy(directoryfiles.Files, c); return err }
	if of.Rulebook, err = rulebook.New(ctx, r, rulebook.Options{Files: files, Fits: fits, Log: o.Log}); err != nil {
		return nil, err
	}
	if of.Accounts, err = accounts.New(r.Store, of.accountOptions(o, wall)); err != nil {
		return nil, err
	}
	if r.Kind == realm.Live {
		demo, err := of.Accounts.HasDemoStaff(ctx)
		if err != nil {
			return nil, err
		}
		if demo {
			return nil, ErrDemoInLive
		}
	}
	if err := of.startAgencies(ctx); err != nil {
		return nil, err
	}
	of.Cases = casefile.New(r, of.agencyOf, of.AgencyExists)
	of.Cases.DutiesOf(of.dutiesOf)
	of.Cases.StaffBy(of.staffBy)
	of.Cases.DelegatesBy(of.Accounts.Delegates)
	of.Referrals = referral.New(r, of.Cases, of.AgencyExists)
	of.Measures = measure.New(r)
	if of.Directory, err = directory.New(r, directory.Options{}); err != nil {
		return nil, err
	}
	of.Lists = imports.New(r, of.Directory)
	of.Placement = placement.New(r, of.Cases, of.Directory)
	of.Referrals.OnAccepted(of.placeTaken)
	of.Rulebook.World = rulebook.World{Cases: of.Cases.Each, Waiting: of.Referrals.Waiting, People: of.everybody}
	of.Rulebook.Changed = of.Directory.ContentChanged
	rules, err := likeness.LoadRules(files)
	if err != nil {
		return nil, err
	}
	of.Likenesses = likeness.New(r, of.Cases, rules)
	of.Cases.OnWritten(of.Likenesses.Written)
	of.Cases.SamePerson(of.Likenesses.SamePerson)
	of.Families = family.New(r, of.Cases)
	of.Referrals.BelongingTo(of.Families.Family)
	if of.Training, err = training.New(r, files); err != nil {
		return nil, err
	}
	if err := of.openNotices(files, o, wall); err != nil {
		return nil, err
	}
	of.Diary = diary.New(r, of.Cases, of.feedOwner)
	of.Kept = kept.New(r, of.Cases)
	words, err := caselist.LoadWords(files, c)
	if err != nil {
		return nil, err
	}
	of.CaseLists = caselist.New(r, of.Cases, words, of.managersOf)
	playWords, err := exercise.LoadWords(files)
	if err != nil {
		return nil, err
	}
	if of.Exercises, err = exercise.New(ctx, r, playWords, clock, func() *exhibit.Following { return of.Exhibits.Follow() }); err != nil {
		return nil, err
	}
	of.Exercises.PlayedBy(exercisePeople{of})
	of.Training.ComingFrom(of.Exercises.Turnout)
	if of.Reviews, err = review.NewDesk(r, of.Exercises); err != nil {
		return nil, err
	}
	of.Inquiries = inquiry.New(r, of.Cases, of.agencyOf)
	kept, err := scene.LoadRules(files, c)
	if err != nil {
		return nil, err
	}
	of.Scenes = scene.New(r, of.Inquiries, of.agencyOf, kept)
	of.Scenes.BeforeSuspecting(of.Cases.MayBeSuspect)
	if err := of.openFiles(o); err != nil {
		return nil, err
	}
	if err := of.openExhibits(files); err != nil {
		return nil, err
	}
	of.openCourt()
	if _, err := of.Directory.Seed(ctx, keeper); err != nil {
		return nil, err
	}
	return of, nil
}

func (of *Office) accountOptions(o Options, wall func() time.Time) accounts.Options {
	if wall == nil {
		wall = of.Now
	}
	set := o.Accounts
	clock := of.Content.Clock
	if set.InvitationTTL == 0 {
		set.InvitationTTL = clock("invitation")
	}
	if set.Web == (accounts.Limits{}) {
		kind := ""
		if of.Kind == realm.Exercise { // a card signs in once; nothing in the realm is real
			kind = "exercise-"
		}
		set.Web = accounts.Limits{Idle: clock(kind + "session-idle"), Absolute: clock(kind + "session-absolute")}
	}
	to := o.SignOn
	to.Loopback, to.Shut = to.Loopback || of.Kind == realm.Demo, of.Kind == realm.Exercise
	return accounts.Options{
		Realm: of.Name, Demo: of.Kind != realm.Live, Audit: of.audit, Seal: of.sealSecret, Unseal: of.unsealSecret,
		MAC: of.KeyFile.Pepper().MAC, Now: wall, NewID: of.NewID, Settings: set,
		SignOn: to, Conduct: accounts.Conduct{Version: of.Content.Conduct().Version, Renew: of.Content.Conduct().Renew},
	}
}

// audit puts what happens to accounts into the ledger.
func (of *Office) audit(tx *store.Tx, kind, actor, subject string, detail map[string]string) error {
	_, err := of.Ledger.Append(tx, "account/"+subject, ledger.AnyVersion,
		ledger.Meta{Actor: actor, Agency: detail["actor_agency"], Duty: detail["actor_duty"]},
		ledger.Draft{Kind: kind, Schema: 1, Payload: detail})
	return err
}

var secretPlace = vault.Place{Record: "second-factor", Field: "secret", Compartment: vault.Identity, Schema: 1}

func (of *Office) sealSecret(ctx context.Context, subject, plain string) (string, error) {
	s, err := of.Vault.Sealer(ctx, subject)
	if err != nil {
		return "", err
	}
	sealed, err := s.Seal(secretPlace, plain)
	return string(sealed), err
}

func (of *Office) unsealSecret(ctx context.Context, subject, sealed string) (string, error) {
	texts, err := of.Vault.Open(ctx, vault.Opening{Actor: "system", Agency: "system", Duty: "system", Purpose: "sign-in", Case: subject},
		[]vault.Item{{Place: secretPlace, Sealed: vault.Sealed(sealed)}})
	if err != nil {
		return "", err
	}
	return texts[0], nil
}

// ActorOf is the person behind a session, as the rooms know people.
func ActorOf(p accounts.Principal) realm.Actor {
	return realm.Actor{
		Principal: policy.Principal{Staff: p.ID, Agency: p.Agency, Duty: string(p.Duty)},
		Device:    p.Device, Language: p.Language,
	}
}

// keeper is the realm itself as it enters the directory's first facts.
var keeper = realm.Actor{Principal: policy.Principal{Staff: "system", Agency: "system", Duty: string(accounts.Secretariat)}}

// placeTaken lets the directory know that somebody who was expected has been
// accepted: the place that was held for the case is taken. It belongs with the
// acceptance, yet never stands in its way: a report of the provider mends it.
func (of *Office) placeTaken(ctx context.Context, who realm.Actor, caseID string) {
	if err := of.Directory.Arrived(ctx, who, caseID); err != nil {
		of.Log.Error("place of an accepted referral", "realm", of.Name, "error", err.Error())
	}
}

// Start runs the clockwork: referrals whose time ran out, checkpoints over the
// ledger's head, sessions long over. It may run in several servers at once.
func (of *Office) Start() {
	ctx, stop := context.WithCancel(context.Background())
	of.stop = stop
	if of.Store.Engine() == store.SQLite { // one server alone has the file
		if err := of.Notices.TakeUp(ctx); err != nil {
			of.Log.Error("outbox of the server before", "realm", of.Name, "error", err.Error())
		}
	}
	if of.Kind == realm.Exercise { // killed between a move and what follows from it
		if err := of.departed(ctx); err != nil {
			of.Log.Error("clockwork", "realm", of.Name, "work", "departed", "error", err.Error())
		}
	}
	of.every(ctx, 15*time.Second, "escalate", func() error { _, err := of.Referrals.Escalate(ctx); return err })
	of.every(ctx, 10*time.Second, "checkpoint", func() error { _, err := of.Ledger.Checkpoint(ctx); return err })
	of.every(ctx, 5*time.Second, "directory", func() error { return of.Directory.Refresh(ctx) })
	of.every(ctx, 5*time.Second, "rulebook", func() error { return of.Rulebook.Refresh(ctx) })
	of.every(ctx, 20*time.Second, "likeness", func() error { _, err := of.Likenesses.FindAll(ctx); return err })
	of.every(ctx, time.Hour, "lapse", func() error { _, err := of.Likenesses.Lapse(ctx); return err })
	of.every(ctx, time.Minute, "covers", func() error { return of.Cases.EndCovers(ctx, keeper) })
	of.every(ctx, time.Minute, "departed", func() error { return of.departed(ctx) })
	of.every(ctx, 10*time.Second, "notices", func() error { return of.tell(ctx) })
	of.every(ctx, 10*time.Minute, "returns", func() error { return of.TellOwed(ctx) })
	of.every(ctx, time.Hour, "outbox", func() error { return of.Notices.Sweep(ctx) })
	of.filesWork(ctx)
	of.done.Add(1)
	go func() {
		defer of.done.Done()
		of.Exercises.Run(ctx, func(err error) { of.Log.Error("clockwork", "realm", of.Name, "work", "exercise", "error", err.Error()) })
	}()
	of.every(ctx, time.Hour, "sweep", func() error { return errors.Join(of.Accounts.Sweep(ctx), of.forgetLeft(ctx)) })
}

func (of *Office) every(ctx context.Context, d time.Duration, name string, do func() error) {
	of.done.Add(1)
	go func() {
		defer of.done.Done()
		t := time.NewTicker(d)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
				if err := do(); err != nil && ctx.Err() == nil {
					of.Log.Error("clockwork", "realm", of.Name, "work", name, "error", err.Error())
				}
			}
		}
	}()
}

// Close ends the clockwork, signs the head a last time and shuts the realm.
func (of *Office) Close() error {
	if of.stop != nil {
		of.stop()
		of.done.Wait()
	}
	if of.Referrals != nil { // fully open: whatever this process wrote is signed
		if _, err := of.Ledger.Checkpoint(context.Background()); err != nil {
			of.Log.Error("last checkpoint", "realm", of.Name, "error", err.Error())
		}
	}
	if of.Accounts != nil {
		of.Accounts.Close()
	}
	return of.Realm.Close()
}

// Exporter hands cases out in the fields of a standard.
func (of *Office) Exporter() *exchange.Exporter {
	return &exchange.Exporter{Cases: of.Cases, Now: of.Now, KindOf: of.agencyKind}
}

package demo

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/hashlist"
	"rufaa/internal/inquiry"
	"rufaa/internal/realm"
	"rufaa/internal/scene"
)

// exhibits tells of one fictional search: a telephone on its way to the
// laboratory, money counted by two, a passport that is to go back, a row of
// material that nobody opens, a torn seal, and something that waits for the
// keeper of the store.
func (t *teller) exhibits(ctx context.Context) error {
	lead, store, analyst := Actor("barasa.inquiry"), Actor("chege.store"), Actor("wekesa.lab")
	t.now = time.Now().Add(-40 * 24 * time.Hour)
	t.clock.Set(t.now)
	in, err := t.of.Inquiries.Open(ctx, lead, casefile.Order{}, &inquiry.Open{Kind: t.of.Content.List("inquiry-kinds")[0].ID, Title: "The rooms behind the shop (fictional)"})
	if err != nil {
		return err
	}
	sc, err := t.of.Scenes.Open(ctx, lead, in.ID, casefile.Order{}, &scene.Open{Class: "premises", Address: "Behind the last shop on Mwisho Road (fictional)", Role: "exhibits-officer"})
	if err != nil {
		return fmt.Errorf("scene: %w", err)
	}
	for _, g := range []scene.Give{{Staff: Actor("amina.officer").Staff, Role: "searcher"}, {Staff: Actor("njeri.inquiry").Staff, Role: "photographer"}} {
		if _, err := t.of.Scenes.Do(ctx, lead, sc.ID, casefile.Order{}, &g); err != nil {
			return err
		}
	}
	look := func(place, seal string) exhibit.Look { return exhibit.Look{Place: place, Seal: seal} }
	ids := map[string]string{}
	for _, r := range []struct {
		key string
		exhibit.Record
	}{
		{"phone", exhibit.Record{Facts: exhibit.Facts{Kind: "device", Description: "Black telephone, cracked glass, under the mattress", Make: "Simu (fictional)", IMEI: "490154203237518", Power: "on-locked",
			Isolation: "faraday", Packaging: "faraday-bag", Side: "suspect", Owner: "suspect", Container: "Box 1"}, Look: look("scene", "KE-4101")}},
		{"cash", exhibit.Record{Facts: exhibit.Facts{Kind: "cash", Description: "Notes in a biscuit tin", Amount: 48500, Currency: "KES", CountedBy: []string{lead.Staff, Actor("amina.officer").Staff},
			Packaging: "evidence-bag", Side: "suspect", Owner: "suspect", Container: "Box 1"}, Look: look("scene", "KE-4102")}},
		{"passport", exhibit.Record{Facts: exhibit.Facts{Kind: "document", Document: "passport", Description: "Passport found in a locked drawer", Packaging: "envelope", Side: "victim", Owner: "victim",
			OwnerName: "Neema Fiktivo", Container: "Box 2"}, Look: look("scene", "KE-4103")}},
		{"laptop", exhibit.Record{Facts: exhibit.Facts{Kind: "device", Description: "Grey laptop", Serial: "MFANO-77", Power: "off", Isolation: "off", Packaging: "evidence-bag", Side: "suspect", Owner: "suspect"},
			Look: look("scene", "KE-4104")}},
		{"tokens", exhibit.Record{Facts: exhibit.Facts{Kind: "ledger", Description: "Forty-one plastic tokens and a book with strokes", Packaging: "paper-bag", Side: "neither", Owner: "unknown"}, Look: look("scene", "KE-4105")}},
	} {
		t.later(4 * time.Minute)
		rc, err := t.of.Exhibits.Record(ctx, lead, sc.ID, casefile.Order{}, &r.Record)
		if err != nil {
			return fmt.Errorf("%s: %w", r.key, err)
		}
		ids[r.key] = rc.ID
	}
	laptop, err := t.of.Exhibits.Load(ctx, ids["laptop"])
	if err != nil {
		return err
	}
	row := &exhibit.Record{Facts: exhibit.Facts{Kind: "csam", Count: 12, OnExhibit: laptop.Number, Custodian: "Digital examiner of the unit (fictional)", Tool: "Kipimo Tool 4.1, report 7 (fictional)",
		Digests: strings.Repeat("0f", 32)}, Look: look("store-nairobi", "KE-4106")}
	recorded, err := t.of.Exhibits.Record(ctx, lead, sc.ID, casefile.Order{}, row)
	if err != nil {
		return fmt.Errorf("row: %w", err)
	}
	if err := t.digests(ctx, lead, recorded.ID); err != nil {
		return err
	}
	steps := []struct {
		who  string
		key  string
		wait time.Duration
		act  exhibit.Act
	}{
		{"barasa.inquiry", "phone", time.Hour, &exhibit.Offer{To: store.Staff, Reason: "to-store", Look: look("store-nairobi", "KE-4101")}},
		{"chege.store", "phone", 5 * time.Minute, &exhibit.Receive{Look: look("store-nairobi", "KE-4101")}},
		{"barasa.inquiry", "phone", time.Hour, &exhibit.Ask{Laboratory: "lab-kipimo", Asks: []string{"extraction"}, Urgency: "urgent", Question: "Which numbers were called in the last month?"}},
		{"chege.store", "phone", 20 * time.Hour, &exhibit.Offer{To: analyst.Staff, Reason: "to-laboratory", Look: look("store-nairobi", "KE-4101")}},
		{"wekesa.lab", "phone", 10 * time.Minute, &exhibit.Receive{Look: look("store-nairobi", "KE-4101")}},
		{"wekesa.lab", "phone", time.Hour, &exhibit.Move{Reason: "to-laboratory", Travel: 20, Look: look("lab-kipimo", "KE-4101")}},
		{"wekesa.lab", "phone", time.Hour, &exhibit.OpenSeal{Reason: "laboratory", Note: "For the extraction.", Look: look("lab-kipimo", "KE-4101")}},
		{"wekesa.lab", "phone", 3 * time.Hour, &exhibit.Reseal{Reason: "laboratory", NewSeal: "KFL-88", Look: look("lab-kipimo", "")}},
		{"barasa.inquiry", "cash", time.Hour, &exhibit.Offer{To: store.Staff, Reason: "to-store", Look: look("store-nairobi", "KE-4102")}},
		{"chege.store", "cash", 50 * time.Hour, &exhibit.Receive{Look: exhibit.Look{Place: "store-nairobi", Seal: "KE-4102", Broken: "yes", Condition: "Torn along one side; the sum was counted again before two."}}},
	}
	for _, s := range steps {
		t.later(s.wait)
		if _, err := t.of.Exhibits.Do(ctx, Actor(s.who), ids[s.key], casefile.Order{}, s.act); err != nil {
			return fmt.Errorf("%s: %T: %w", s.key, s.act, err)
		}
	}
	t.now = time.Now().Add(-3 * time.Hour)
	t.clock.Set(t.now)
	_, err = t.of.Exhibits.Do(ctx, lead, ids["tokens"], casefile.Order{}, &exhibit.Offer{To: store.Staff, Reason: "to-store", Look: look("store-nairobi", "KE-4105")})
	return err
}

// digests plays a forensic tool's report of twelve items, four of which stand
// on a list. The digests are those of numbers, not of pictures.
func (t *teller) digests(ctx context.Context, lead realm.Actor, row string) error {
	of := func(n int) string {
		return fmt.Sprintf("%x", sha256.Sum256([]byte(fmt.Sprintf("fictional item %d", n))))
	}
	var media, report []string
	for n := range 4 {
		media = append(media, fmt.Sprintf(`{"SHA256":%q,"Category":%d}`, of(n), 1+n/3))
	}
	for n := range 12 {
		report = append(report, of(n))
	}
	list := `{"value":[` + strings.Join(media, ",") + `]}`
	if _, err := t.of.HashLists.Import(ctx, lead, &hashlist.Import{Name: "List of the demonstration", Source: "Invented digests, of nothing", Body: strings.NewReader(list)}); err != nil {
		return fmt.Errorf("hash list: %w", err)
	}
	_, err := t.of.Exhibits.TakeReport(ctx, lead, row, casefile.Order{}, &exhibit.Report{Tool: "Kipimo Tool (fictional)", Version: "4.1", Reference: "Report 7"},
		strings.NewReader(strings.Join(report, "\n")))
	if err != nil {
		return fmt.Errorf("digests: %w", err)
	}
	return nil
}

package exhibit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/hashlist"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Report hands in the digests that a forensic tool found on a carrier: its
// report, never the files. Device, lawful custodian and count are told by the
// row itself.
//
// Source: Computer Misuse and Cybercrimes Act 2018 s.24: what may not be
// possessed is not sent here either.
type Report struct {
	Tool      string `json:"tool" doc:"Name of the forensic tool; sealed" maxLength:"300"`
	Version   string `json:"tool_version" doc:"Its version; sealed" maxLength:"300"`
	Reference string `json:"reference,omitempty" doc:"Number of its report; sealed" maxLength:"300"`
}

// Action is exhibit.report.
func (*Report) Action() policy.Action { return policy.ExhibitReport }

func (r *Report) check(c *valid.Check) {
	c.Text("tool", &r.Tool, valid.MaxLine, true)
	c.Text("tool_version", &r.Version, valid.MaxLine, true)
	c.Text("reference", &r.Reference, valid.MaxLine, false)
}

// ReportedEvent is a report in numbers. Matches are how many of its items stood
// on lists when it came; the digests themselves are kept keyed, by hashlist.
type ReportedEvent struct {
	ID        string           `json:"id"`
	Tool      vault.Sealed     `json:"tool"`
	Version   vault.Sealed     `json:"tool_version"`
	Reference vault.Sealed     `json:"reference,omitempty"`
	Reading   hashlist.Reading `json:"reading"`
	Matches   []hashlist.Match `json:"matches,omitempty"`
}

// Reported is a report as the exhibit keeps it.
type Reported struct {
	ReportedEvent
	By By `json:"by"`
}

// TypedDigests names the digests that were typed with the row itself.
const TypedDigests = "row"

// marksOf names the digests of a row or of one of its reports, as hashlist
// keeps them.
func marksOf(exhibit, report string) string { return "exhibit/" + exhibit + "/" + report }

// TakeReport takes a forensic tool's report in: read as a stream, held against
// the lists, and told in the exhibit's own history. Nothing is opened; a report
// with a field that could carry a picture is refused whole.
func (x *Exhibits) TakeReport(ctx context.Context, who realm.Actor, id string, o casefile.Order, cmd *Report, body io.Reader) (realm.Receipt, error) {
	s, sc, err := x.admitted(ctx, who, id, cmd.Action())
	if err != nil {
		return realm.Receipt{}, err
	}
	c := valid.New(x.realm.Now())
	cmd.check(c)
	if err := c.Err(); err != nil {
		return realm.Receipt{}, err
	}
	if s.Plain.Kind != KindCSAM {
		return realm.Receipt{}, problem.Refuse("exhibit.digests-of-csam-only")
	}
	report := x.realm.NewID()
	thing := marksOf(id, report)
	read, err := x.o.Lists.Take(ctx, thing, body)
	if err != nil {
		return realm.Receipt{}, err
	}
	rc, err := x.reported(ctx, who, s, sc, o, cmd, report, read)
	for n := 0; meanwhile(err) && o.Expect == 0 && n < retries; n++ { // it was handed over while the report was read
		if s, sc, err = x.admitted(ctx, who, id, cmd.Action()); err == nil {
			rc, err = x.reported(ctx, who, s, sc, o, cmd, report, read)
		}
	}
	if err != nil || rc.Replayed {
		// Refused, or sent twice: what was kept for it now is kept for nothing.
		err = errors.Join(err, x.o.Lists.Drop(context.WithoutCancel(ctx), thing))
	}
	return rc, err
}

func (x *Exhibits) reported(ctx context.Context, who realm.Actor, s *State, sc *Scene, o casefile.Order, cmd *Report, report string, read *hashlist.Reading) (realm.Receipt, error) {
	digest, err := x.realm.Digest(string(cmd.Action()), Stream(s.ID), struct {
		*Report
		SHA256 string
	}{cmd, read.SHA256})
	if err != nil {
		return realm.Receipt{}, err
	}
	if rc, found, err := x.realm.Replayed(ctx, who, o.Key, digest); err != nil || found {
		return rc, err
	}
	if s.Ended() {
		return realm.Receipt{}, problem.Refuse("exhibit.ended")
	}
	matches, err := x.o.Lists.Standing(ctx, marksOf(s.ID, report))
	if err != nil {
		return realm.Receipt{}, err
	}
	var failed error
	e := x.env(ctx, who, sc, s.ID, &failed)
	ev := ReportedEvent{ID: report, Tool: e.seal(report, "tool", cmd.Tool), Version: e.seal(report, "tool_version", cmd.Version),
		Reference: e.seal(report, "reference", cmd.Reference), Reading: *read, Matches: matches}
	if failed != nil {
		return realm.Receipt{}, fmt.Errorf("exhibit: seal: %w", failed)
	}
	if o.Expect == 0 {
		o.Expect = s.Version
	}
	return x.realm.Commit(ctx, realm.Command{Actor: who, Purpose: Purpose, Key: o.Key, Digest: digest, Answer: realm.Receipt{ID: report, Ref: s.Number},
		Appends: []realm.Append{{Stream: Stream(s.ID), Expected: o.Expect, Drafts: drafts(DigestsReported, ev)}}})
}

func (s *State) reported(p ReportedEvent, by By) {
	s.Reports = append(s.Reports, Reported{ReportedEvent: p, By: by})
}

// typed keeps the digests that were typed with a row in the same transaction,
// keyed, so that lists find them as they find those of a report.
func (x *Exhibits) typed(tx *store.Tx, id, digests string) error {
	if digests == "" {
		return nil
	}
	thing := marksOf(id, TypedDigests)
	if err := x.o.Lists.Unmark(tx, thing); err != nil {
		return err
	}
	return x.o.Lists.MarkAll(tx, thing, digests)
}

// Digests is what is known of an exhibit's digests now.
type Digests struct {
	Row     DigestsNow   `json:"row" doc:"Those that were typed with the exhibit"`
	Reports []DigestsNow `json:"reports" doc:"Those of forensic tools' reports, the oldest first"`
}

// DigestsNow is one source of digests: what it held, and what of it stands on
// lists today.
type DigestsNow struct {
	ID      string           `json:"id,omitempty"`
	At      time.Time        `json:"at,omitzero"`
	By      string           `json:"by,omitempty" doc:"Id of the member of staff who handed it in"`
	Reading hashlist.Reading `json:"report,omitzero"`
	Then    []hashlist.Match `json:"matches_then" doc:"Items on lists when it came, by category"`
	Now     []hashlist.Match `json:"matches_now" doc:"Items on lists in force today, by category"`
}

// Matched is how many items stand on lists today.
func (d *DigestsNow) Matched() int {
	n := 0
	for _, m := range d.Now {
		n += m.Items
	}
	return n
}

// Digests tells what of an exhibit stands on lists, by category and count, to
// those who may see it. Which items they are, nobody is told.
func (x *Exhibits) Digests(ctx context.Context, who realm.Actor, id string) (*Digests, error) {
	s, _, err := x.admitted(ctx, who, id, policy.ExhibitDigests)
	if err != nil {
		return nil, err
	}
	out := &Digests{Reports: []DigestsNow{}}
	if out.Row.Now, err = x.o.Lists.Standing(ctx, marksOf(id, TypedDigests)); err != nil {
		return nil, err
	}
	for i := range s.Reports {
		r := &s.Reports[i]
		d := DigestsNow{ID: r.ID, At: r.By.At, By: r.By.Staff, Reading: r.Reading, Then: r.Matches}
		if d.Now, err = x.o.Lists.Standing(ctx, marksOf(id, r.ID)); err != nil {
			return nil, err
		}
		out.Reports = append(out.Reports, d)
	}
	return out, nil
}

package evidencefile_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"image/jpeg"
	"slices"
	"strings"
	"testing"
	"time"

	"rufaa/internal/blob"
	"rufaa/internal/casefile"
	"rufaa/internal/evidencefile"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
)

// A letter of the clinic is attached to a case: those whose duty opens that
// compartment know of it and open it; to all others it is not there.
func TestAnAttachmentIsThereForWhoMayOpenItsCompartment(t *testing.T) {
	each(t, func(s *tale) {
		id := s.aCase(27)
		letter := []byte("%PDF-1.4 CANARY-letter: burn on the arm (fictional)")
		file := s.sent(manager, attachment(id), letter)
		list, err := s.Files.OfCase(s.ctx, officetest.Who(counsellor), id)
		s.must(err)
		if len(list) != 1 || list[0].Digest != "" || list[0].Type != "application/pdf" {
			s.t.Errorf("the counsellor sees %+v", list)
		}
		got, err := s.fetch(counsellor, file, "assistance")
		if err != nil || !bytes.Equal(got, letter) {
			s.t.Errorf("fetched %d bytes, %v", len(got), err)
		}
		words, err := s.Files.Words(s.ctx, officetest.Who(counsellor), file, "assistance")
		s.must(err)
		if words.Name != "letter.pdf" || words.SHA256 != digest(letter) || words.Note == "" {
			s.t.Errorf("words: %+v", words)
		}
		_, err = s.Files.View(s.ctx, officetest.Who(stranger), file)
		s.notThere(err)
		_, err = s.Files.OfCase(s.ctx, officetest.Who(stranger), id)
		s.notThere(err)
		_, err = s.fetch(detective, file, "investigation")
		s.notThere(err)

		// In another compartment it is not for the counsellor, nor may she add there.
		where := attachment(id)
		where.Compartment = "whereabouts"
		place := s.sent(manager, where, []byte("A map (fictional)"))
		_, err = s.Files.View(s.ctx, officetest.Who(counsellor), place)
		s.notThere(err)
		_, err = s.send(counsellor, where, []byte("x"))
		s.rule(err, "disclosure.compartment-not-for-duty")
		_, err = s.send(stranger, where, []byte("x"))
		s.notThere(err)

		opened, err := s.Files.WhoOpened(s.ctx, officetest.Who(manager), file)
		s.must(err)
		if !slices.ContainsFunc(opened, func(o evidencefile.Opening) bool {
			return o.What == "content" && o.Staff == officetest.Who(counsellor).Staff && o.Purpose == "assistance"
		}) {
			s.t.Errorf("who opened it: %+v", opened)
		}
		seen, err := s.Cases.WhoSaw(s.ctx, officetest.Who(manager), id, 0, 50)
		s.must(err)
		if !slices.ContainsFunc(seen, func(a casefile.Access) bool { return slices.Contains(a.Fields, file+"/content") }) {
			s.t.Error("opening the content does not stand in who saw what of the case")
		}
		if bytes.Contains(s.disk(), []byte("CANARY-letter")) || bytes.Contains(s.disk(), []byte("letter.pdf")) || bytes.Contains(s.disk(), []byte(digest(letter))) {
			s.t.Error("content, name or digest of an attachment stand on the disk in the clear")
		}
	})
}

func TestRebuiltFilesAreTheSame(t *testing.T) {
	each(t, func(s *tale) {
		id := s.aCase(27)
		file := s.sent(manager, attachment(id), []byte("%PDF-1.4 x"))
		before, err := s.Files.View(s.ctx, officetest.Who(manager), file)
		s.must(err)
		_, err = s.Rebuild(s.ctx)
		s.must(err)
		after, err := s.Files.View(s.ctx, officetest.Who(manager), file)
		s.must(err)
		if fmt.Sprintf("%+v", before.By) != fmt.Sprintf("%+v", after.By) || before.Type != after.Type || before.Size != after.Size {
			s.t.Errorf("before %+v, after %+v", before, after)
		}
		if _, err := s.fetch(manager, file, "assistance"); err != nil {
			s.t.Error(err)
		}
	})
}

// Forgetting a person takes her files along; a legal hold stops both.
func TestForgettingAPersonForgetsHerFiles(t *testing.T) {
	each(t, func(s *tale) {
		id := s.aCase(27)
		file := s.sent(manager, attachment(id), []byte("%PDF-1.4 CANARY-forget"))
		half := attachment(id)
		half.Size = 100
		under, err := s.Files.Begin(s.ctx, officetest.Who(manager), half)
		s.must(err)
		officer := officetest.Who("wafula.secretariat")
		officer.Duty = "data_protection_officer"
		_, err = s.Cases.Do(s.ctx, officetest.Who(manager), id, casefile.Order{}, &casefile.Close{Reason: s.Content.List("closure-reasons")[0].ID, Note: "Closed (fictional)"})
		s.must(err)
		_, err = s.Cases.Hold(s.ctx, officer, id, casefile.Order{}, true)
		s.must(err)
		err = officetest.Erase(s.ctx, s.Cases, id)
		s.rule(err, "erasure.legal-hold")
		if _, err := s.fetch(manager, file, "assistance"); err != nil {
			s.t.Errorf("under a legal hold the file is gone: %v", err)
		}
		_, err = s.Cases.Hold(s.ctx, officer, id, casefile.Order{}, false)
		s.must(err)
		err = officetest.Erase(s.ctx, s.Cases, id)
		s.must(err)
		_, err = s.fetch(manager, file, "assistance")
		s.rule(err, "file.destroyed")
		_, err = s.Files.Upload(s.ctx, officetest.Who(manager), under.ID)
		s.notThere(err)
	})
}

// What an officer sends to a scene: its digest is plain, what does not fit
// between the clocks and places is named, a preview is drawn by the platform.
func TestAPhotoOfAScene(t *testing.T) {
	each(t, func(s *tale) {
		at := s.aScene(false)
		s.Clock.Pass(2 * time.Hour)
		device := s.Clock.Now().Add(3 * time.Hour)
		n := evidence(at)
		n.DeviceAt = &device
		picture := photo(t, 800, 600, "2026:03:04 07:00:00", "", -4.0435, 39.6682, 6) // the telephone was held upright
		n.SHA256 = strings.ToUpper(digest(picture))
		file := s.sent(detective, n, picture)
		v, err := s.Files.View(s.ctx, officetest.Who(detective), file)
		s.must(err)
		if v.Digest != digest(picture) || !v.Declared || !v.Located || v.Type != "image/jpeg" || !v.Preview || len(v.Odd) > 0 {
			s.t.Errorf("%+v", v)
		}
		var what []string
		for _, d := range v.Differences {
			what = append(what, fmt.Sprint(d.What, " ", d.By, " ", d.Assumed))
		}
		// 07:00 in Nairobi is 04:00 UTC; the scene was opened at 09:30 UTC.
		if fmt.Sprint(what) != "[device-server 3h0m0s false camera-scene -5h30m0s true]" {
			s.t.Errorf("differences: %v", what)
		}
		w, err := s.Files.Words(s.ctx, officetest.Who(detective), file, "investigation")
		s.must(err)
		if w.Position == "" || w.Camera != "Fiktivo Kamera 1" || w.Metres < 400_000 || w.Metres > 500_000 {
			s.t.Errorf("words: %+v; Mombasa is about 440 km from Nairobi", w)
		}
		small, err := s.Files.Preview(s.ctx, officetest.Who(detective), file, w.Ticket)
		s.must(err)
		if len(small) == 0 || len(small) > 150_000 || bytes.Contains(small, []byte("Exif")) || bytes.Contains(small, []byte("Kamera")) {
			s.t.Errorf("a preview of %d bytes, or one with the camera's words", len(small))
		}
		if c, err := jpeg.DecodeConfig(bytes.NewReader(small)); err != nil || v.Turn != 6 || c.Width*800 != c.Height*600 {
			s.t.Errorf("held as %d, the preview is %d by %d, %v", v.Turn, c.Width, c.Height, err)
		}
		_, err = s.Files.Preview(s.ctx, officetest.Who(colleague), file, w.Ticket)
		s.notThere(err)
		s.Clock.Pass(3 * time.Minute)
		_, err = s.Files.Preview(s.ctx, officetest.Who(detective), file, w.Ticket)
		s.notThere(err)
		_, err = s.Files.View(s.ctx, officetest.Who(colleague), file)
		s.notThere(err)
		if got, err := s.fetch(detective, file, "investigation"); err != nil || !bytes.Equal(got, picture) {
			s.t.Errorf("the original was altered, or %v", err)
		}
	})
}

func TestNoPreviewWhereChildrenWereHarmed(t *testing.T) {
	each(t, func(s *tale) {
		file := s.sent(detective, evidence(s.aScene(true)), photo(t, 400, 300, "", "", 0, 0))
		girl := attachment(s.aCase(14))
		girl.Kind, girl.Name = "photo", "a.jpg"
		second := s.sent(manager, girl, photo(t, 400, 300, "", "", 0, 0))
		for user, id := range map[string]string{detective: file, manager: second} {
			v, err := s.Files.View(s.ctx, officetest.Who(user), id)
			s.must(err)
			if v.Preview || !v.NoPreview {
				s.t.Errorf("%s: %+v", user, v)
			}
		}
	})
}

// What is made from a file names it and its tool, stands where it stands, and
// ends with it.
func TestDerivatives(t *testing.T) {
	each(t, func(s *tale) {
		at := s.aScene(false)
		file := s.sent(detective, evidence(at), photo(t, 64, 64, "", "", 0, 0))
		n := &evidencefile.Announced{Parent: file, Kind: "redaction", Name: "redacted.jpg", Tool: "Kifutio 2.1 (fictional)"}
		made := s.sent(detective, n, photo(t, 32, 32, "", "", 0, 0))
		list, err := s.Files.Derived(s.ctx, officetest.Who(detective), file)
		s.must(err)
		if len(list) != 1 || list[0].ID != made || list[0].Scene != at.Scene || list[0].Tool == "" {
			s.t.Errorf("%+v", list)
		}
		for what, wrong := range map[string]*evidencefile.Announced{
			"without a tool":         {Parent: file, Kind: "redaction", Name: "a.jpg", Size: 1},
			"of nothing":             {Place: at, Kind: "redaction", Name: "a.jpg", Tool: "x", Size: 1},
			"as an original":         {Parent: file, Kind: "photo", Name: "a.jpg", Size: 1},
			"a preview of one's own": {Parent: file, Kind: "thumbnail", Name: "a.jpg", Tool: "x", Size: 1},
		} {
			if _, err := s.Files.Begin(s.ctx, officetest.Who(detective), wrong); !errors.As(err, new(*problem.Invalid)) {
				s.t.Errorf("%s: %v", what, err)
			}
		}
	})
}

// The worst file: what stands on a list is destroyed when it has arrived, and
// nothing of it can be had again.
func TestWhatStandsOnAListIsDestroyed(t *testing.T) {
	for _, form := range []string{"sha256", "md5"} {
		t.Run(form, func(t *testing.T) {
			each(t, func(s *tale) {
				canary := []byte("CANARY-list: stands for what must never be kept. ")
				content := append(photo(t, 64, 64, "", "", 0, 0), bytes.Repeat(canary, 300_000)...)
				d := digest(content)
				if form == "md5" {
					sum := md5.Sum(content)
					d = hex.EncodeToString(sum[:])
				}
				list := s.listed(d, strings.Repeat("0", len(d)))
				at := s.aScene(true)
				_, err := s.send(detective, evidence(at), content)
				s.rule(err, "file.on-hash-list")
				of, err := s.Files.OfInquiry(s.ctx, officetest.Who(detective), at)
				s.must(err)
				if len(of) != 0 {
					s.t.Errorf("listed: %+v", of)
				}
				written := s.disk()
				if bytes.Contains(written, canary[:20]) || bytes.Contains(written, []byte(d)) {
					s.t.Error("the content or its digest stands on the disk")
				}
				var pieces int
				s.must(s.Store.QueryRow(s.ctx, `SELECT count(*) FROM blob_pieces`).Scan(&pieces))
				if pieces != 0 {
					s.t.Errorf("%d pieces are left", pieces)
				}
				told, err := s.Files.Told(s.ctx, officetest.Who(detective))
				s.must(err)
				if len(told) != 1 || told[0].List != list || told[0].Scene != at.Scene {
					s.t.Errorf("told: %+v", told)
				}
				// An attachment: the sender's supervisor is told, nobody else's.
				id := s.aCase(14)
				_, err = s.send(manager, attachment(id), content)
				s.rule(err, "file.on-hash-list")
				told, err = s.Files.Told(s.ctx, officetest.Who(supervisor))
				s.must(err)
				if len(told) != 1 || told[0].Case != id || told[0].Uploader != officetest.Who(manager).Staff {
					s.t.Errorf("the supervisor is told %+v", told)
				}
				told, err = s.Files.Told(s.ctx, officetest.Who(colleague))
				s.must(err)
				if len(told) != 0 {
					s.t.Errorf("a detective of another inquiry is told %+v", told)
				}
			})
		})
	}
}

// The key of a destroyed upload is gone: even who kept a copy of every sealed
// piece, and has the key file, opens nothing.
func TestNoByteOfADestroyedUploadCanBeHadAgain(t *testing.T) {
	each(t, func(s *tale) {
		content := bytes.Repeat([]byte("CANARY-copy "), 1000)
		n := evidence(s.aScene(false))
		n.Size = int64(len(content))
		u, err := s.Files.Begin(s.ctx, officetest.Who(detective), n)
		s.must(err)
		_, err = s.Files.Append(s.ctx, officetest.Who(detective), u.ID, 0, bytes.NewReader(content[:5000]), nil)
		s.must(err)
		copied := s.disk()
		if bytes.Contains(copied, []byte("CANARY-copy")) {
			s.t.Error("the first pieces stand in the clear")
		}
		s.listed(digest(content))
		_, err = s.Files.Append(s.ctx, officetest.Who(detective), u.ID, 5000, bytes.NewReader(content[5000:]), nil)
		s.rule(err, "file.on-hash-list")
		if _, err := s.Vault.OpenState(s.ctx, blob.Subject(u.ID), "inquiry", nil, make([]byte, 100)); err == nil || !strings.Contains(err.Error(), "destroyed") {
			s.t.Errorf("the key: %v, want destroyed", err)
		}
		var keys []byte
		s.must(s.Keys.QueryRow(s.ctx, `SELECT keys FROM key_rings WHERE subject = $1`, blob.Subject(u.ID)).Scan(&keys))
		if len(keys) != 0 {
			s.t.Errorf("%d bytes of wrapped keys are left", len(keys))
		}
	})
}

// A list that comes later finds what is kept already, also when it is written
// in hashes that did not run when the file was sent.
func TestListsToComeFindWhatIsKept(t *testing.T) {
	each(t, func(s *tale) {
		at := s.aScene(false)
		a, b := photo(t, 64, 64, "", "", 0, 0), photo(t, 65, 64, "", "", 0, 0)
		first, second := s.sent(detective, evidence(at), a), s.sent(detective, evidence(at), b)
		s.listed(digest(a))
		_, err := s.fetch(detective, first, "investigation")
		s.rule(err, "file.destroyed")
		v, err := s.Files.View(s.ctx, officetest.Who(detective), first)
		s.must(err)
		if v.Destroyed != evidencefile.OnList {
			s.t.Errorf("%+v", v)
		}
		var n int
		s.must(s.Store.QueryRow(s.ctx, `SELECT count(*) FROM files WHERE parent = $1 AND status = 'kept'`, first).Scan(&n))
		if n != 0 {
			s.t.Error("the preview outlived its file")
		}
		sum := md5.Sum(b)
		s.listed(hex.EncodeToString(sum[:]))
		s.must(s.Files.Work(s.ctx))
		_, err = s.fetch(detective, second, "investigation")
		s.rule(err, "file.destroyed")
	})
}

// Everything that can come wrong from a sender: a clear answer, and nothing
// half kept.
func TestWhatSendersDoWrong(t *testing.T) {
	each(t, func(s *tale) {
		at := s.aScene(false)
		content := photo(t, 64, 64, "", "", 0, 0)
		n := evidence(at)
		n.SHA256 = digest([]byte("another file"))
		id, err := s.send(detective, n, content)
		s.rule(err, "file.wrong-digest")
		_, err = s.Files.Upload(s.ctx, officetest.Who(detective), id)
		s.notThere(err)

		n = evidence(at)
		n.Size = 1000
		u, err := s.Files.Begin(s.ctx, officetest.Who(detective), n)
		s.must(err)
		_, err = s.Files.Append(s.ctx, officetest.Who(detective), u.ID, 0, strings.NewReader("first piece"), nil)
		s.must(err)
		v, err := s.Files.Append(s.ctx, officetest.Who(detective), u.ID, 0, strings.NewReader("first piece"), nil)
		var off *blob.Offset
		if !errors.As(err, &off) || v.Offset != 11 {
			s.t.Errorf("a piece sent twice: %v, %+v", err, v)
		}
		_, err = s.Files.Append(s.ctx, officetest.Who(colleague), u.ID, 11, strings.NewReader("x"), nil)
		s.notThere(err)
		s.must(s.Files.Drop(s.ctx, officetest.Who(detective), u.ID))
		_, err = s.Files.Upload(s.ctx, officetest.Who(detective), u.ID)
		s.notThere(err)

		for what, wrong := range map[string]func(n *evidencefile.Announced){
			"empty":           func(n *evidencefile.Announced) { n.Size = 0 },
			"25 GB":           func(n *evidencefile.Announced) { n.Size = 25 << 30 },
			"no kind":         func(n *evidencefile.Announced) { n.Kind = "" },
			"half a digest":   func(n *evidencefile.Announced) { n.SHA256 = "abcd" },
			"other part":      func(n *evidencefile.Announced) { n.Compartment = "witness" },
			"hidden in words": func(n *evidencefile.Announced) { n.Note = "\u202e" },
		} {
			n := evidence(at)
			n.Size = 10
			wrong(n)
			_, err := s.Files.Begin(s.ctx, officetest.Who(detective), n)
			if !errors.As(err, new(*problem.Invalid)) && !errors.Is(err, problem.ErrNotFound) && !errors.As(err, new(*problem.Denied)) {
				s.t.Errorf("%s: %v", what, err)
			}
		}
		for i := range s.Files.Rules.Limits.Open {
			n := evidence(at)
			n.Size = 10
			if _, err := s.Files.Begin(s.ctx, officetest.Who(detective), n); err != nil {
				s.t.Fatalf("upload %d: %v", i, err)
			}
		}
		n = evidence(at)
		n.Size = 10
		_, err = s.Files.Begin(s.ctx, officetest.Who(detective), n)
		s.rule(err, "file.too-many-open")
		s.Clock.Pass(49 * time.Hour)
		swept, err := s.Files.Expire(context.Background())
		if err != nil || swept != s.Files.Rules.Limits.Open {
			s.t.Errorf("swept %d, %v", swept, err)
		}
		var left int
		s.must(s.Store.QueryRow(s.ctx, `SELECT count(*) FROM blobs WHERE whole = 0`).Scan(&left))
		if left != 0 {
			s.t.Errorf("%d unfinished contents are left", left)
		}
	})
}

// In an emergency the named compartments of a case open, and what is attached
// in them with it: by the same door, for the same hour, into the same record.
func TestBreakGlassOpensWhatIsAttached(t *testing.T) {
	each(t, func(s *tale) {
		const night = "amina.officer"
		id := s.aCase(30)
		care := s.sent(manager, attachment(id), []byte("the clinic's letter (fictional)"))
		n := attachment(id)
		n.Compartment = "whereabouts"
		where := s.sent(manager, n, []byte("the way to the house (fictional)"))
		_, err := s.Files.View(s.ctx, officetest.Who(night), care)
		s.notThere(err)
		c, err := s.Cases.Load(s.ctx, id)
		s.must(err)
		_, err = s.Cases.BreakGlass(s.ctx, officetest.Who(night), casefile.Order{}, &casefile.Break{Ref: c.Ref,
			Compartments: []string{"care", "whereabouts"}, Reason: "She fainted; the hospital asks what she takes."})
		s.must(err)
		list, err := s.Files.OfCase(s.ctx, officetest.Who(night), id)
		s.must(err)
		if len(list) != 1 || list[0].ID != care {
			t.Errorf("shown %+v; want the one in care alone, whereabouts need a second person", list)
		}
		_, err = s.Files.View(s.ctx, officetest.Who(night), where)
		s.notThere(err)
		if got, err := s.fetch(night, care, "assistance"); err != nil || string(got) != "the clinic's letter (fictional)" {
			t.Errorf("read %q, %v", got, err)
		}
		if parts, err := s.Files.MayAdd(s.ctx, officetest.Who(night), evidencefile.Place{Case: id}); err != nil || len(parts) != 0 {
			t.Errorf("may add to %v, %v", parts, err)
		}
		var recorded int
		s.must(s.Store.QueryRow(s.ctx, `SELECT count(*) FROM openings WHERE case_id = $1 AND staff = $2 AND basis = 'break-glass' AND glass <> ''`,
			id, officetest.Who(night).Staff).Scan(&recorded))
		if recorded == 0 {
			t.Error("the opening stands nowhere as one by break-glass")
		}
		s.Clock.Pass(61 * time.Minute)
		_, err = s.Files.View(s.ctx, officetest.Who(night), care)
		s.notThere(err)
	})
}

// A form that is sent twice keeps one file.
func TestAFormSentTwiceIsOneFile(t *testing.T) {
	each(t, func(s *tale) {
		id := s.aCase(30)
		take := func(key, name, content string) (*evidencefile.Upload, error) {
			n := attachment(id)
			n.Key, n.Name = key, name
			return s.Files.Take(s.ctx, officetest.Who(manager), n, strings.NewReader(content))
		}
		first, err := take("k1", "a.txt", "said once (fictional)")
		s.must(err)
		again, err := take("k1", "a.txt", "said once (fictional)")
		if err != nil || !again.Again || again.ID != first.ID {
			t.Errorf("sent twice: %+v, %v; want %s", again, err, first.ID)
		}
		for name, content := range map[string]string{"a.txt": "something else", "b.txt": "said once (fictional)"} {
			if _, err := take("k1", name, content); !errors.Is(err, problem.ErrKeyReused) {
				t.Errorf("%s, %q under a used key: %v", name, content, err)
			}
		}
		if other, err := take("k2", "a.txt", "said once (fictional)"); err != nil || other.ID == first.ID || other.Again {
			t.Errorf("under another key: %+v, %v", other, err)
		}
		list, err := s.Files.OfCase(s.ctx, officetest.Who(manager), id)
		if err != nil || len(list) != 2 {
			t.Errorf("%d files, %v; want 2", len(list), err)
		}
		if v := s.verified(); v.Files != 2 || v.Uploads != 0 || v.Damaged != nil {
			t.Errorf("kept: %+v", v)
		}
	})
}

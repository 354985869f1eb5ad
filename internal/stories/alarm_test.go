package stories_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
)

// A neighbour rings: a girl in the house next door is never seen. She is a grown
// woman who is owed four months' wages; no trafficking. She is helped onward with
// her consent, the case is closed kindly, and in time nothing is left of her.
func TestAnAlertThatTurnsOutNotToBeTrafficking(t *testing.T) {
	each(t, func(s *told) {
		const name, phone = "Kerubo Fiktivo", "0711223344"
		words := []string{name, "Kerubo", phone, "behind the blue gate", "never seen", "She likes it there", "Four months", "Go with her papers", "She laughed"}
		s.raise("zawadi.hotline", m{"channel": "hotline", "county": "kisumu", "holder": "x-ziwa", "account": "A girl who is never seen", "place": "behind the blue gate",
			"person": m{"name": name, "age": 31, "minor": "no", "sex": "female", "language": "sw", "phone": phone}})
		s.nothing("fatuma.case", "kibet.legal", "barasa.inquiry", "otieno.officer", "baraka.lead")
		s.takes("achieng.case")
		s.screen("achieng.case", "adult")
		not := m{"decision": "not_presumed", "reason": "labour-dispute", "note": "She likes it there; her wages are late", "way_back": "May ring at any hour."}
		s.refused("achieng.case", "/presumption", and(not, m{"way_back": ""}), "screening.reason-for-not-presumed")
		s.post("achieng.case", "/presumption", not).is(http.StatusOK)

		// Not a victim: no word on any list says that she is one, no clock of care
		// runs against anybody, and what is for victims alone is not begun.
		s.list("achieng.case", "mine").says(s.ref, `"presumed":"not_presumed"`)
		s.page("achieng.case", "").is(http.StatusOK).says("Not presumed a victim").hides("Presumed victim<")
		s.refused("achieng.case", "/reflection", spoken, "reflection.presumed-first")
		s.as("wafula.secretariat")
		s.call("wafula.secretariat", "GET", "/api/v1/worklist?list=detained", nil).is(http.StatusOK).hides(s.ref)

		s.helpedOnward()

		// Closed kindly: with what was said to her, and nobody asks after her.
		s.post("achieng.case", "/closure", m{"reason": "not-a-victim", "note": "She laughed when we said goodbye"}).is(http.StatusOK)
		s.get("achieng.case", "").is(http.StatusOK).says(`"stage":"closed"`).hides(`"clock"`)
		if at := s.get("achieng.case", "/joint").json()["next_contact"]; at != nil {
			t.Errorf("she is to be asked how she is at %v", at)
		}
		s.Clock.Pass(40 * 24 * time.Hour)
		for _, user := range []string{"achieng.case", "zawadi.hotline", "kibet.legal"} {
			s.as(user)
			s.call(user, "GET", "/api/v1/calendar?days=60&overdue=yes", nil).is(http.StatusOK).hides(s.ref)
			s.call(user, "GET", "/api/v1/notices", nil).is(http.StatusOK).hides(name)
		}
		s.list("achieng.case", "mine").hides(s.ref)
		s.list("achieng.case", "closed").says(s.ref)
		s.shut("kibet.legal", "identity", "assistance")
		s.nothing("fatuma.case", "barasa.inquiry")

		s.leftNothing(name, phone, words)
	})
}

// helpedOnward: help does not depend on what she is held to be. Legal aid learns
// what she agreed to, and nothing once she takes it back.
func (s *told) helpedOnward() {
	s.t.Helper()
	s.inDanger("achieng.case", "low", "Four months of wages")
	need := s.need("achieng.case", "Her wages", "legal")
	s.refused("achieng.case", "/referrals/preview", m{"to": "x-haki", "purpose": "assistance", "urgency": "routine", "needs": []string{need}, "compartments": []string{"identity"}}, "consent.needed-to-disclose")
	s.agree("achieng.case", "x-haki", "assistance", "identity")
	offer := m{"to": "x-haki", "purpose": "assistance", "urgency": "routine", "needs": []string{need}, "compartments": []string{"identity"}, "message": "Go with her papers"}
	id := s.sends("achieng.case", offer)
	s.refused("achieng.case", "/closure", m{"reason": "not-a-victim"}, "case.closure-open-referrals")
	s.as("kibet.legal")
	s.call("kibet.legal", "POST", "/api/v1/referrals/"+id+"/answer", m{"accept": true}).is(http.StatusOK)
	s.opens("kibet.legal", "identity", "assistance", "Kerubo")
	s.shut("kibet.legal", "account", "assistance")
	// A partner reads what the joint work needs, and not what the holder alone answers for.
	s.parts("kibet.legal", "team", "needs", "plan", "work", "rights", "identification", "nonpunishment")
	s.blind("kibet.legal", "screening", "interviews", "solution", "supervision")
	s.get("kibet.legal", "/history").is(http.StatusForbidden)
	s.parts("achieng.case", "screening", "interviews", "solution", "supervision")
	s.serves("kibet.legal", id)
	s.as("achieng.case")
	s.call("achieng.case", "POST", "/api/v1/referrals/"+id+"/feedback", m{"from": "person", "value": s.Content.List("feedback")[0].ID}).is(http.StatusOK)
	consent := s.get("achieng.case", "").last("consents", "id")
	s.post("achieng.case", "/consents/"+consent+"/withdrawal", m{}).is(http.StatusOK)
}

// leftNothing: she asks to be forgotten. Whoever leads the case cannot do it, a
// hold stops it, it takes two, and then no word of hers can be read anywhere: not by those who
// had it, not by a search, not in the store; the ledger still verifies, and a
// second alert about her finds nobody.
func (s *told) leftNothing(name, phone string, words []string) {
	s.t.Helper()
	wish := m{"reason": "own-wish"}
	s.refused("achieng.case", "/erasure", wish, "access.duty")
	s.post("njoki.data", "/hold", nil).is(http.StatusOK)
	s.refused("njoki.data", "/erasure", wish, "erasure.legal-hold")
	s.post("njoki.data", "/release", nil).is(http.StatusOK)
	s.as("achieng.case")
	s.call("achieng.case", "POST", "/api/v1/search", m{"by": "phone", "value": phone}).is(http.StatusOK).says(s.ref)
	s.opens("achieng.case", "identity", "assistance", name)
	asked := s.post("njoki.data", "/erasure", wish).is(http.StatusAccepted).says(`"still_needed":"confirm-erasure"`)
	s.opens("achieng.case", "identity", "assistance", name)
	second := m{"request": asked.json()["request"].(m)["id"], "reference": s.ref}
	s.refused("njoki.data", "/erasure/confirmation", second, "erasure.second-person")
	s.opens("achieng.case", "identity", "assistance", name)
	s.post("wafula.secretariat", "/erasure/confirmation", second).is(http.StatusOK)

	for _, compartment := range []string{"identity", "whereabouts", "account", "care"} {
		if a := s.get("achieng.case", "/compartments/"+compartment+"?purpose=assistance"); a.status == http.StatusOK {
			a.hides(words...)
		}
	}
	s.get("achieng.case", "").is(http.StatusOK).hides(words...)
	s.page("achieng.case", "").is(http.StatusOK).hides(words...)
	for by, value := range map[string]string{"phone": phone, "name": name} {
		s.call("achieng.case", "POST", "/api/v1/search", m{"by": by, "value": value}).is(http.StatusOK).hides(s.id)
	}
	s.inNoTable(words...)
	s.verifies()
	first := s.id
	s.raise("achieng.case", m{"channel": "hotline", "county": "kisumu", "holder": "x-ziwa", "account": "Rang again",
		"person": m{"name": name, "age": 31, "minor": "no", "sex": "female", "language": "sw", "phone": phone}})
	s.takes("achieng.case")
	if _, err := s.Likenesses.FindAll(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.call("achieng.case", "GET", "/api/v1/likenesses", nil).is(http.StatusOK).hides(first)
}

// verifies demands that the ledger is whole, hash by hash.
func (s *told) verifies() {
	s.t.Helper()
	if _, err := s.Ledger.Checkpoint(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	v, err := note.NewVerifier(s.Verifier)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := ledger.Verify(s.t.Context(), s.Store, v); err != nil {
		s.t.Errorf("the ledger: %v", err)
	}
}

// inNoTable demands that no row of the store holds a word in the clear.
func (s *told) inNoTable(words ...string) {
	s.t.Helper()
	names := `SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`
	if s.Store.Engine() == store.Postgres {
		names = `SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1`
	}
	tables := s.column(names)
	if len(tables) < 20 {
		s.t.Fatalf("only %d tables", len(tables))
	}
	for _, table := range tables {
		if strings.HasPrefix(table, "sqlite_") {
			continue
		}
		for _, row := range s.column(`SELECT * FROM ` + table) {
			for _, w := range words {
				if strings.Contains(row, w) {
					s.t.Errorf("%s holds %q: %.200s", table, w, row)
				}
			}
		}
	}
}

// column gives each row of a question as one text.
func (s *told) column(question string) []string {
	s.t.Helper()
	rows, err := s.Store.Query(s.t.Context(), question)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		s.t.Fatal(err)
	}
	var out []string
	for rows.Next() {
		values, into := make([]any, len(cols)), make([]any, len(cols))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			s.t.Fatal(err)
		}
		var row strings.Builder
		for _, v := range values {
			if raw, ok := v.([]byte); ok {
				v = string(raw)
			}
			fmt.Fprint(&row, v, " ")
		}
		out = append(out, strings.TrimSpace(row.String()))
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	return out
}

package api

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	wan "github.com/descope/virtualwebauthn"
	"github.com/pquerna/otp/totp"

	datafiles "rufaa/content"
	"rufaa/internal/accounts"
	"rufaa/internal/accounts/passkeytest"
	"rufaa/internal/hashlist"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// The program is killed between a deed and the keeping of its answer: the store
// stops taking answers at just that point. For every command whose answer is
// kept here nothing of the deed may be there then; sent again under its key it
// is done, and sent once more it is answered as before.
func TestADeedAndItsAnswerStandOrFallTogether(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		c := &cutOff{world: w, t: t, told: map[string]bool{}}
		c.agencies()
		c.staff()
		c.passkeys() // makes the public address known, which a sign-on needs too
		c.signOns()
		c.webhooks()
		c.notices()
		c.listsAndFeeds()
		c.providers()
		c.self()
		c.exercise()
		for _, op := range build(nil, "").operations {
			if op.Once == OnceKept && c.told[op.ID] == (keptApart[op.ID] != "") {
				t.Errorf("%s: proved here %v, declared to be apart %q", op.ID, c.told[op.ID], keptApart[op.ID])
			}
		}
		for id := range keptApart {
			if !slices.ContainsFunc(build(nil, "").operations, func(op Operation) bool { return op.ID == id && op.Once == OnceKept }) {
				t.Errorf("%s is declared to be apart and is no kept operation", id)
			}
		}
	})
}

// cutOff sends every command three times: cut off, again, and once more.
type cutOff struct {
	*world
	t    *testing.T
	told map[string]bool
	n    int
}

func (c *cutOff) deed(id, user, method, path string, body any, status int) *reply {
	c.t.Helper()
	c.told[id] = true
	c.n++
	key := []string{"Idempotency-Key", fmt.Sprint("cut-off-", c.n)}
	c.token(user) // signing in is no part of it
	before := c.everything()
	c.answersStop(true)
	c.send(user, method, path, body, key...).is(500)
	c.answersStop(false)
	if after := c.everything(); after != before {
		c.t.Errorf("%s: the deed stands and its answer does not: %s", id, differing(before, after))
	}
	first := c.send(user, method, path, body, key...).is(status)
	if first.header.Get(replayedHeader) != "" {
		c.t.Errorf("%s: an answer was kept of what was not done", id)
	}
	after := c.everything()
	again := c.send(user, method, path, body, key...).is(status)
	if again.header.Get(replayedHeader) != "true" || string(again.raw) != string(first.raw) {
		c.t.Errorf("%s: answered %s, then %s", id, first.raw, again.raw)
	}
	if now := c.everything(); now != after {
		c.t.Errorf("%s: done twice: %s", id, differing(after, now))
	}
	return first
}

// answersStop makes the store refuse every answer that is to be kept, or take
// them again.
func (c *cutOff) answersStop(stop bool) {
	c.t.Helper()
	texts := []string{`CREATE TRIGGER cut_off BEFORE INSERT ON commands BEGIN SELECT RAISE(ABORT, 'cut off'); END`}
	if c.of.Store.Engine() == store.Postgres {
		texts = []string{
			`CREATE OR REPLACE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'cut off'; END $$`,
			`CREATE TRIGGER cut_off BEFORE INSERT ON commands FOR EACH ROW EXECUTE FUNCTION cut_off()`,
		}
	}
	if !stop {
		texts = []string{`DROP TRIGGER cut_off`}
		if c.of.Store.Engine() == store.Postgres {
			texts = []string{`DROP TRIGGER cut_off ON commands`}
		}
	}
	err := c.of.Store.Write(c.t.Context(), func(tx *store.Tx) error {
		for _, text := range texts {
			if _, err := tx.Exec(text); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

// everything is what stands in the store, one line for each table, without the
// sessions, which say when somebody was last here.
func (c *cutOff) everything() string {
	c.t.Helper()
	var out strings.Builder
	err := c.of.Store.View(c.t.Context(), func(tx *store.Tx) error {
		tables, err := tablesIn(tx, c.of.Store.Engine())
		if err != nil {
			return err
		}
		if c.of.Store.Engine() == store.Postgres {
			return digestAll(tx, tables, &out)
		}
		for _, name := range tables {
			sum, err := digestOf(tx, name)
			if err != nil {
				return err
			}
			fmt.Fprintf(&out, "%s %x\n", name, sum)
		}
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return out.String()
}

func tablesIn(tx *store.Tx, engine store.Engine) (tables []string, err error) {
	names := `SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`
	if engine == store.Postgres {
		names = `SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1`
	}
	rows, err := tx.Query(names)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		if name != "sessions" && !strings.HasPrefix(name, "sqlite_") {
			tables = append(tables, name)
		}
	}
	return tables, rows.Err()
}

// digestAll asks PostgreSQL for the digest of every table, at once.
func digestAll(tx *store.Tx, tables []string, out *strings.Builder) error {
	var parts []string
	for _, name := range tables {
		parts = append(parts, `SELECT '`+name+`', coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') FROM `+name+` t`)
	}
	rows, err := tx.Query(strings.Join(parts, " UNION ALL "))
	if err != nil {
		return err
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var name, sum string
		if err := rows.Scan(&name, &sum); err != nil {
			return err
		}
		lines = append(lines, name+" "+sum+"\n")
	}
	slices.Sort(lines)
	out.WriteString(strings.Join(lines, ""))
	return rows.Err()
}

func digestOf(tx *store.Tx, table string) ([32]byte, error) {
	rows, err := tx.Query(`SELECT * FROM ` + table)
	if err != nil {
		return [32]byte{}, err
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		return [32]byte{}, err
	}
	var lines []string
	for rows.Next() {
		values, into := make([]any, len(cols)), make([]any, len(cols))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return [32]byte{}, err
		}
		lines = append(lines, fmt.Sprint(values))
	}
	slices.Sort(lines)
	return sha256.Sum256([]byte(strings.Join(lines, "\n"))), rows.Err()
}

func differing(a, b string) string {
	was := strings.Split(a, "\n")
	var out []string
	for _, line := range strings.Split(b, "\n") {
		if !slices.Contains(was, line) {
			name, _, _ := strings.Cut(line, " ")
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}

func (c *cutOff) agencies() {
	c.deed("add-agency", "rulekeeper", "POST", "/agencies", m{"id": "test-new", "name": "New Test Agency (fictional)", "kind": "ngo", "county": "lamu"}, 201)
	c.deed("close-agency", "rulekeeper", "POST", "/agencies/test-new/close", nil, 204)
	c.deed("reopen-agency", "rulekeeper", "POST", "/agencies/test-new/reopen", nil, 204)
	if !c.of.AgencyExists("test-new") {
		c.t.Error("the agency does not take part")
	}
}

const firstPhrase, secondPhrase = "mvua ya masika njema", "jua la asubuhi pwani"

// joins takes an invitation up to a full session and gives the app's secret.
func (c *cutOff) joins(user, token string) (secret string) {
	c.t.Helper()
	as := func(r *reply) []string { return []string{"Authorization", "Bearer " + r.text("token")} }
	in := c.post("", "/invitations/accept", m{"token": token, "password": firstPhrase}).is(201)
	secret = c.get("", "/session/enrolment", as(in)...).is(200).text("secret")
	full := c.post("", "/session/enrolment", m{"code": c.code(secret)}, as(in)...).is(201)
	version := c.get("", "/session/conduct", as(full)...).is(200).text("version")
	full = c.post("", "/session/conduct", m{"version": version}, as(full)...).is(201)
	c.tokens[user] = full.text("token")
	return secret
}

// code is what the app shows now; each is taken once, so the clock goes on.
func (c *cutOff) code(secret string) string {
	c.t.Helper()
	c.now = c.now.Add(time.Minute)
	code, err := totp.GenerateCode(secret, c.now)
	if err != nil {
		c.t.Fatal(err)
	}
	return code
}

func (c *cutOff) staff() {
	invited := c.deed("invite", "admin", "POST", "/staff/invitations", m{"name": "Zawadi Mpya (fictional)", "username": "zawadi.m", "duties": []string{"case_manager"}}, 201)
	at := "/staff/" + invited.text("staff")
	link := c.deed("invite-again", "admin", "POST", at+"/invitation", nil, 201)
	secret := c.joins("zawadi", link.text("token"))
	c.deed("new-recovery-codes", "zawadi", "POST", "/recovery-codes", m{"code": c.code(secret)}, 201)
	c.deed("change-password", "zawadi", "POST", "/password", m{"old": firstPhrase, "password": secondPhrase}, 204)
	c.deed("set-details", "admin", "PUT", at, m{"name": "Zawadi Kale (fictional)", "email": "zawadi@proof.example"}, 204)
	c.deed("set-duties", "admin", "PUT", at+"/duties", m{"duties": []string{"case_manager", "administrator"}}, 204)
	c.deed("reset-second-factor", "admin", "POST", at+"/reset-second-factor", nil, 204)
	c.deed("reset-password", "admin", "POST", at+"/reset-password", nil, 201)
	c.deed("suspend-staff", "admin", "POST", at+"/suspend", nil, 204)
	c.deed("resume-staff", "admin", "POST", at+"/resume", nil, 204)
	c.deed("name-delegate", "admin", "POST", at+"/delegate", nil, 204)
	c.deed("end-delegate", "admin", "POST", at+"/no-delegate", nil, 204)
	for range 3 {
		c.send("", "POST", "/session", m{"username": "counsellor", "password": "not this one"})
	}
	c.deed("unlock-staff", "admin", "POST", "/staff/"+c.ids["counsellor"]+"/unlock", nil, 204)
	for range 2 { // somebody who leaves is on teams
		id, _ := c.raised()
		c.post("manager2", "/cases/"+id+"/take", nil).is(200)
	}
	c.deed("staff-leaves", "admin", "POST", "/staff/"+c.ids["manager2"]+"/leave", nil, 204)
	teams, err := c.of.Cases.OnTeams(c.t.Context())
	if err != nil || slices.Contains(teams, c.ids["manager2"]) {
		c.t.Errorf("on the teams: %v %v", teams, err)
	}
}

func (c *cutOff) signOns() {
	var issuer string
	provider := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(out, `{"issuer":%q,"authorization_endpoint":"%[1]s/a","token_endpoint":"%[1]s/t","jwks_uri":"%[1]s/k","response_types_supported":["code"],"subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256"]}`, issuer)
	}))
	c.t.Cleanup(provider.Close)
	issuer = provider.URL
	at := "/agencies/test-care/sign-on"
	c.deed("set-sign-on", "admin", "PUT", at, m{"issuer": issuer, "client_id": "rufaa", "client_secret": "between us", "domains": []string{"proof.example"}}, 204)
	c.deed("invite-to-sign-on", "admin", "POST", "/staff/"+c.ids["manager"]+"/sign-on", nil, 201)
	c.deed("stop-sign-on", "admin", "DELETE", at, nil, 204)
}

func (c *cutOff) passkeys() {
	site := accounts.Site{Origin: "https://rufaa.example.go.ke"}
	if err := c.of.Accounts.ServeAt(site); err != nil {
		c.t.Fatal(err)
	}
	ask := c.deed("new-passkey-options", "manager", "POST", "/passkeys/options", m{"name": "Blue phone"}, 201)
	create, err := wan.ParseAttestationOptions(asText(c.t, ask.decoded["options"]))
	if err != nil {
		c.t.Fatal(err)
	}
	rp, phone := wan.RelyingParty{ID: site.Host(), Origin: site.Origin}, wan.NewAuthenticator()
	phone.Options.UserHandle = []byte(create.UserID)
	made := m{"token": ask.text("token"), "response": wan.CreateAttestationResponse(rp, phone, passkeytest.Key(), *create)}
	id := c.deed("new-passkey", "manager", "POST", "/passkeys", made, 201).text("id")
	c.deed("rename-passkey", "manager", "PUT", "/passkeys/"+id, m{"name": "Old phone"}, 204)
	c.deed("remove-passkey", "manager", "DELETE", "/passkeys/"+id, nil, 204)
}

func (c *cutOff) webhooks() {
	at := "/agencies/test-care/webhook"
	if key := c.deed("set-webhook", "admin", "PUT", at, m{"url": "http://127.0.0.1:9/hook"}, 200).text("key"); key == "" {
		c.t.Error("no key was told")
	}
	c.deed("rotate-webhook-key", "admin", "POST", at+"/key", nil, 200)
	c.deed("stop-webhook", "admin", "POST", at+"/stop", nil, 204)
	c.deed("start-webhook", "admin", "POST", at+"/start", nil, 204)
	c.deed("try-webhook", "admin", "POST", at+"/try", nil, 204)
	for _, id := range []string{"stuck-1", "stuck-2"} {
		err := c.of.Store.Write(c.t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(`INSERT INTO notice_outbox (id, staff, agency, channel, body, state, tries, next_at, failure, made_at, done_at)
				VALUES ($1, '', 'test-care', 'webhook', $2, 'dead', 9, 0, 'nobody answers', 1, 1)`, id, []byte("{}"))
			return err
		})
		if err != nil {
			c.t.Fatal(err)
		}
	}
	c.deed("send-again", "admin", "POST", "/outbox/stuck-1/again", nil, 204)
	c.deed("give-up-message", "admin", "DELETE", "/outbox/stuck-2", nil, 204)
}

func (c *cutOff) notices() {
	c.deed("set-notice-settings", "manager", "PUT", "/notices/settings",
		m{"email": true, "sms": false, "digest": "daily", "digest_at": "07:00", "quiet": m{"from": "20:00", "until": "06:00"}, "urgent_in_quiet_hours": true}, 204)
	c.send("manager", "PUT", "/notices/addresses/email", m{"address": "wanjiku@proof.example"}).is(204)
	mail := c.get("manager", "/notices/mailbox").is(200).last("messages", "text")
	digits := strings.FieldsFunc(mail, func(r rune) bool { return r < '0' || r > '9' })
	c.deed("verify-notice-address", "manager", "POST", "/notices/addresses/email/code", m{"code": slices.MaxFunc(digits, func(a, b string) int { return len(a) - len(b) })}, 204)
	c.deed("drop-notice-address", "manager", "DELETE", "/notices/addresses/email", nil, 204)
	for range 3 {
		c.raised()
	}
	unseen := c.get("manager", "/notices").is(200).list("notices")
	if len(unseen) < 3 {
		c.t.Fatalf("%d notices", len(unseen))
	}
	c.deed("notice-seen", "manager", "POST", "/notices/"+unseen[0]["id"].(string)+"/seen", nil, 204)
	c.deed("notices-of-kind-seen", "manager", "POST", "/notices/kinds/"+unseen[1]["kind"].(string)+"/seen", nil, 204)
	c.raised()
	c.deed("notices-seen", "manager", "POST", "/notices/seen", nil, 204)
}

func (c *cutOff) listsAndFeeds() {
	filter := c.deed("keep-filter", "manager", "POST", "/lists/filters", m{"name": "Risky", "list": "mine", "filter": m{"risk": "high"}}, 201)
	c.deed("keep-search", "manager", "POST", "/lists/searches", m{"by": "name", "value": "Halima"}, 201)
	c.deed("drop-kept-list", "manager", "DELETE", "/lists/"+filter.text("id"), nil, 204)
	if n := len(c.get("manager", "/lists").is(200).list("lists")); n != 1 {
		c.t.Errorf("%d lists are kept", n)
	}
	c.deed("new-calendar-feed", "manager", "POST", "/calendar/feed", nil, 200)
	c.deed("end-calendar-feed", "manager", "DELETE", "/calendar/feed", nil, 204)
	c.hashList()
}

// hashList withdraws a list of the unit that keeps them.
func (c *cutOff) hashList() {
	hash, err := c.of.Accounts.HashPassword(c.t.Context(), password)
	if err != nil {
		c.t.Fatal(err)
	}
	ids, err := c.of.Accounts.AddDemoStaff(c.t.Context(), []accounts.DemoStaff{{Username: "detective", Name: "Imani Orodha (fictional)",
		Agency: "dci-ahtcpu", Duties: duties([]string{"investigator"}), Language: "en"}}, hash)
	if err != nil {
		c.t.Fatal(err)
	}
	keeper := realm.Actor{Principal: policy.Principal{Staff: ids[0], Agency: "dci-ahtcpu", Duty: "investigator"}}
	list, err := c.of.HashLists.Import(c.t.Context(), keeper, &hashlist.Import{Name: "List", Source: "Invented", Body: strings.NewReader(strings.Repeat("ab", 32))})
	if err != nil {
		c.t.Fatal(err)
	}
	c.deed("withdraw-hash-list", "detective", "DELETE", "/hash-lists/"+list.ID, nil, 204)
}

func (c *cutOff) providers() {
	house := func(name string) string {
		return c.post("secretary", "/providers", m{"profile": m{"name": name, "kind": "shelter", "agency": "test-shelter", "county": "meru", "accreditation": m{}, "memorandum": m{}}}).is(201).text("id")
	}
	one, other := house("Nyota Test House (fictional)"), house("Nyota Test House (fictional)")
	at := "/providers/" + one
	c.deed("keep-providers-apart", "secretary", "POST", at+"/apartness", m{"other": other}, 200)
	c.deed("open-message-line", "secretary", "POST", at+"/message-line", nil, 201)
	c.deed("shut-message-line", "secretary", "DELETE", at+"/message-line", nil, 204)
}

// exercise is proved in a realm of its kind.
func (c *cutOff) exercise() {
	url := ""
	if c.of.Store.Engine() == store.Postgres {
		url = storetest.PostgresURL(c.t)
	}
	const file = "scenario/kaskazi.yaml"
	raw, err := datafiles.Files.ReadFile(file)
	if err != nil {
		c.t.Fatal(err)
	}
	script, err := scenario.Load(file, raw)
	if err != nil {
		c.t.Fatal(err)
	}
	play := &cutOff{world: worldOf(c.t, url, realm.Exercise), t: c.t, told: c.told}
	if _, _, err := play.of.SetUpExercise(c.t.Context(), realm.System, script, password); err != nil {
		c.t.Fatal(err)
	}
	play.deed("make-sign-in-card", "control.1", "POST", "/exercise/people/ex-dci-2/card", nil, 200)
}

func (c *cutOff) self() {
	for _, duty := range []string{"counsellor", "case_manager"} {
		if r := c.deed("choose-duty", "two", "PUT", "/session/duty", m{"duty": duty}, 200); r.text("duty") != duty {
			c.t.Errorf("chose %s: %s", duty, r.raw)
		}
	}
	c.deed("choose-language", "manager", "PUT", "/language", m{"language": "sw"}, 204)
	elsewhere := c.send("", "POST", "/session", m{"username": "manager", "password": password}).is(201)
	c.deed("end-session", "manager", "DELETE", "/sessions/"+elsewhere.text("session"), nil, 204)
	c.get("", "/session", "Authorization", "Bearer "+elsewhere.text("token")).is(401)
	c.deed("hand-over", "admin", "POST", "/staff/"+c.ids["manager"]+"/hand-over", nil, 204)
}

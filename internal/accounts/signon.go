package accounts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"rufaa/internal/problem"
	"rufaa/internal/signon"
	"rufaa/internal/store"
	"rufaa/internal/valid"
)

// SignOn is an agency's own sign-on: an OpenID Connect provider that vouches
// for the agency's people. It lets nobody in who was not invited and linked.
type SignOn struct {
	Agency   string
	Issuer   string // https address, as the provider spells it
	ClientID string
	Secret   string // only ever given, never told; empty keeps the one that stands
	// Domains are the e-mail domains by which people of the agency are known
	// at the sign-in page; at least one.
	Domains []string
	// NumberClaim names the claim that must be the staff's number; without it
	// the verified e-mail address must be the one that stands in Rufaa.
	NumberClaim string
	// Factors are values of acr or amr that mean that the provider asked for a
	// second factor. Without one of them Rufaa asks for its own.
	Factors []string
	Active  bool
	Changed time.Time
}

// Bounds of what may be entered.
const (
	maxNumber  = 60
	maxIssuer  = 300
	maxSecret  = 500
	maxEntries = 20
	maxEntry   = 120
)

func (a *Accounts) checkSignOn(s *SignOn, hadSecret bool) error {
	v := valid.New(a.now())
	v.Text("issuer", &s.Issuer, maxIssuer, true)
	if u, err := url.Parse(s.Issuer); s.Issuer != "" && (err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil ||
		u.Scheme != "https" && !(u.Scheme == "http" && a.o.SignOn.Loopback)) {
		v.Add("issuer", "signin.error.issuer")
	}
	v.Text("client_id", &s.ClientID, maxEntry, true)
	v.Text("secret", &s.Secret, maxSecret, !hadSecret)
	v.Text("number_claim", &s.NumberClaim, 60, false)
	if strings.ContainsAny(s.NumberClaim, " \t\n") {
		v.Add("number_claim", "signin.error.claim")
	}
	s.Domains = entries(s.Domains)
	if len(s.Domains) == 0 || len(s.Domains) > maxEntries || slices.ContainsFunc(s.Domains, func(d string) bool { return !isDomain(d) }) {
		v.Add("domains", "signin.error.domains")
	}
	s.Factors = entries(s.Factors)
	if len(s.Factors) > maxEntries || slices.ContainsFunc(s.Factors, func(f string) bool { return len(f) > maxEntry || slices.Contains(alone, f) }) {
		v.Add("factors", "signin.error.factors")
	}
	return v.Err()
}

// alone are values that say that there was no second factor: a password or
// questions (RFC 8176, 2), no assurance (OpenID Connect Core 1.0, 2).
var alone = []string{"pwd", "kba", "0"}

// entries tidies a list as it is typed: one a line or with commas between.
func entries(in []string) []string {
	var out []string
	for _, line := range in {
		out = append(out, strings.FieldsFunc(line, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\r' || r == '\t' })...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// isDomain tells a host name of at least two labels in small letters.
func isDomain(s string) bool {
	if len(s) > 253 || !strings.Contains(s, ".") {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return true
}

// domainOf gives the domain of an address, in small letters.
func domainOf(email string) string {
	email = strings.ToLower(strings.TrimSpace(email))
	at := strings.LastIndexByte(email, '@')
	if at < 1 || len(email) > 254 {
		return ""
	}
	return email[at+1:]
}

type keptSignOn struct {
	SignOn
	sealed string
}

const selectSignOns = `SELECT o.agency, o.issuer, o.client_id, o.secret_sealed, o.domains, o.number_claim, o.factors, o.active, o.changed_at, g.state
	FROM sign_ons o JOIN agencies g ON g.id = o.agency`

func scanSignOn(row scanner) (k keptSignOn, err error) {
	var domains, factors, agency string
	var active, changed int64
	err = row.Scan(&k.Agency, &k.Issuer, &k.ClientID, &k.sealed, &domains, &k.NumberClaim, &factors, &active, &changed, &agency)
	if errors.Is(err, store.ErrNoRow) {
		return k, problem.ErrNotFound
	}
	if err != nil {
		return k, fmt.Errorf("accounts: sign-on: %w", err)
	}
	k.Active, k.Changed = active != 0 && agency == agencyActive, fromMillis(changed)
	return k, errors.Join(json.Unmarshal([]byte(domains), &k.Domains), json.Unmarshal([]byte(factors), &k.Factors))
}

// SignOn gives an agency's sign-on without its secret; problem.ErrNotFound
// when it has none.
func (a *Accounts) SignOn(ctx context.Context, agency string) (SignOn, error) {
	k, err := scanSignOn(a.db.QueryRow(ctx, selectSignOns+` WHERE o.agency = $1`, agency))
	return k.SignOn, err
}

// HasSignOns tells whether any agency's sign-on is in use here.
func (a *Accounts) HasSignOns(ctx context.Context) (bool, error) {
	if _, ok := a.Site(); !ok {
		return false, nil
	}
	all, err := a.activeSignOns(ctx)
	return len(all) > 0, err
}

func (a *Accounts) activeSignOns(ctx context.Context) ([]keptSignOn, error) {
	rows, err := a.db.Query(ctx, selectSignOns+` WHERE o.active = 1 ORDER BY o.agency`)
	if err != nil {
		return nil, fmt.Errorf("accounts: sign-ons: %w", err)
	}
	defer rows.Close()
	var out []keptSignOn
	for rows.Next() {
		k, err := scanSignOn(rows)
		if err != nil {
			return nil, err
		}
		if k.Active {
			out = append(out, k)
		}
	}
	return out, rows.Err()
}

// activeSignOn gives the sign-on of an agency that may be used now.
func (a *Accounts) activeSignOn(tx *store.Tx, agency string) (keptSignOn, error) {
	k, err := scanSignOn(tx.QueryRow(selectSignOns+` WHERE o.agency = $1`, agency))
	if _, here := a.Site(); errors.Is(err, problem.ErrNotFound) || err == nil && (!k.Active || !here) {
		return k, ErrNoSignOn
	}
	return k, err
}

func signOnSubject(agency string) string { return "sign-on/" + agency }

// SetSignOn enters or changes an agency's sign-on and takes it into use, once
// the provider answered: ErrSignOnUnreachable, with the reason in the chain,
// when it did not, and then nothing is changed. A domain that another agency
// has is refused. Another issuer means other people, so their links end.
func (a *Accounts) SetSignOn(ctx context.Context, by Principal, s SignOn) error {
	before, err := scanSignOn(a.db.QueryRow(ctx, selectSignOns+` WHERE o.agency = $1`, s.Agency))
	if err != nil && !errors.Is(err, problem.ErrNotFound) {
		return err
	}
	if err := a.checkSignOn(&s, before.sealed != "" && before.Issuer == s.Issuer); err != nil {
		return err
	}
	if err := a.sso.Check(ctx, s.Issuer); err != nil {
		return fmt.Errorf("%w: %w", ErrSignOnUnreachable, err)
	}
	sealed := before.sealed
	if s.Secret != "" {
		if sealed, err = a.o.Seal(ctx, signOnSubject(s.Agency), s.Secret); err != nil {
			return fmt.Errorf("accounts: seal the secret of a sign-on: %w", err)
		}
	}
	domains, err := json.Marshal(s.Domains)
	if err != nil {
		return err
	}
	factors, err := json.Marshal(append([]string{}, s.Factors...))
	if err != nil {
		return err
	}
	return a.db.Write(ctx, func(tx *store.Tx) error {
		if err := a.domainsAreFree(tx, s); err != nil {
			return err
		}
		if before.Issuer != s.Issuer {
			if _, err := tx.Exec(`DELETE FROM sign_on_links WHERE staff IN (SELECT id FROM staff WHERE agency = $1)`, s.Agency); err != nil {
				return fmt.Errorf("accounts: end links: %w", err)
			}
		}
		if _, err := tx.Exec(`INSERT INTO sign_ons (agency, issuer, client_id, secret_sealed, domains, number_claim, factors, active, changed_at)
			VALUES ($1,$2,$3,$4,$5,$6,$7,1,$8) ON CONFLICT (agency) DO UPDATE SET issuer = $2, client_id = $3, secret_sealed = $4,
			domains = $5, number_claim = $6, factors = $7, active = 1, changed_at = $8`,
			s.Agency, s.Issuer, s.ClientID, sealed, string(domains), s.NumberClaim, string(factors), millis(a.now())); err != nil {
			return fmt.Errorf("accounts: set sign-on: %w", err)
		}
		return a.audit(tx, "account.sign_on_set", by, s.Agency, "agency", s.Agency, "issuer", s.Issuer)
	})
}

// domainsAreFree keeps one agency from drawing another one's people to its own
// provider.
func (a *Accounts) domainsAreFree(tx *store.Tx, s SignOn) error {
	rows, err := tx.Query(selectSignOns+` WHERE o.agency <> $1`, s.Agency)
	if err != nil {
		return fmt.Errorf("accounts: sign-ons: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		k, err := scanSignOn(rows)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(k.Domains, func(d string) bool { return slices.Contains(s.Domains, d) }) {
			return &problem.Invalid{Fields: []problem.Field{{Name: "domains", Key: "signin.error.domain_taken"}}}
		}
	}
	return rows.Err()
}

// StopSignOn takes an agency's sign-on out of use; passwords and passkeys go
// on. Sessions stay: end those of whom it concerns.
func (a *Accounts) StopSignOn(ctx context.Context, by Principal, agency string) error {
	return a.db.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(`UPDATE sign_ons SET active = 0, changed_at = $1 WHERE agency = $2 AND active = 1`, millis(a.now()), agency)
		if err != nil {
			return fmt.Errorf("accounts: stop sign-on: %w", err)
		}
		if n == 0 {
			return problem.ErrNotFound
		}
		return a.audit(tx, "account.sign_on_stopped", by, agency, "agency", agency)
	})
}

// InviteToSignOn gives somebody who has an account a link by which it is
// linked with the agency's sign-on.
func (a *Accounts) InviteToSignOn(ctx context.Context, by Principal, staff string) (Link, error) {
	return a.link(ctx, by, staff, linkSignOn, func(tx *store.Tx) error {
		c, err := accountIn(tx, staff)
		if err != nil {
			return err
		}
		if c.State != Active || c.Demo() && !a.o.Demo {
			return ErrWrongState
		}
		if _, err := a.activeSignOn(tx, c.Agency); err != nil {
			return err
		}
		return a.audit(tx, "account.sign_on_invited", by, staff)
	})
}

// Linked tells who of an agency is linked with its sign-on, by id.
func (a *Accounts) Linked(ctx context.Context, agency string) (map[string]bool, error) {
	rows, err := a.db.Query(ctx, `SELECT l.staff FROM sign_on_links l JOIN staff s ON s.id = l.staff WHERE s.agency = $1`, agency)
	if err != nil {
		return nil, fmt.Errorf("accounts: links: %w", err)
	}
	defer rows.Close()
	out := map[string]bool{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out[id] = true
	}
	return out, rows.Err()
}

// provider makes the sign-on ready to be spoken to.
func (a *Accounts) provider(ctx context.Context, k keptSignOn) (signon.Provider, error) {
	site, ok := a.Site()
	if !ok {
		return signon.Provider{}, ErrNoOrigin
	}
	secret, err := a.o.Unseal(ctx, signOnSubject(k.Agency), k.sealed)
	if err != nil {
		return signon.Provider{}, fmt.Errorf("accounts: open the secret of a sign-on: %w", err)
	}
	return signon.Provider{Issuer: k.Issuer, ClientID: k.ClientID, ClientSecret: secret, Redirect: site.SignOnReturn()}, nil
}

// SignOnReturn is where an agency's provider sends people back to; it must be
// entered there.
func (s Site) SignOnReturn() string { return s.Origin + s.Base + SignOnPath }

// SignOnPath is the page behind SignOnReturn.
const SignOnPath = "/sign-in/agency/return"

package courier

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"rufaa/internal/outward"
)

// LRS hands xAPI statements to a learning record store.
//
// Source: xAPI 1.0.3, part three, 2.1 (statement resource), 3.2 (answers), 3.3
// (versioning), 4.0 (HTTP Basic).
type LRS struct {
	statements   string
	user, secret string
	http         *http.Client
}

// xapiVersion stands in every request.
const xapiVersion = "1.0.3"

// maxLRSAnswer bounds an answer: the id of one statement, or a few words.
const maxLRSAnswer = 64 << 10

// NewLRS speaks to the store at an endpoint ("https://lrs.example/xapi"), by
// HTTP Basic, behind the guard.
func NewLRS(endpoint, user, secret string, g outward.Guard) (*LRS, error) {
	u, err := url.Parse(endpoint)
	if err != nil || g.Check(endpoint) != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("not an address of a learning record store; give one like https://lrs.example/xapi, without a name or a password in it")
	}
	if user == "" || secret == "" || strings.Contains(user, ":") {
		return nil, errors.New("a learning record store wants a key (without a colon) and its secret")
	}
	return &LRS{statements: strings.TrimSuffix(endpoint, "/") + "/statements", user: user, secret: secret, http: g.Client(maxLRSAnswer)}, nil
}

// Put hands one statement over. A store that has the id already says yes, or
// that it conflicts (409): the first is kept there, and nothing is left to do.
// Wrong credentials are no reason to give up: the operator mends them.
func (l *LRS) Put(ctx context.Context, id string, statement []byte) error {
	const who = "the learning record store"
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, l.statements, bytes.NewReader(statement))
	if err != nil {
		return permanent("the address of %s is none", who)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Rufaa")
	r.Header.Set("X-Experience-API-Version", xapiVersion)
	r.SetBasicAuth(l.user, l.secret)
	resp, err := l.http.Do(r)
	if err != nil {
		return unreachable(who, err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return errors.New(who + "'s answer cannot be read")
	}
	switch {
	case resp.StatusCode == http.StatusConflict, resp.StatusCode == http.StatusNoContent:
		return nil
	case resp.StatusCode == http.StatusOK:
		var ids []string
		if json.Unmarshal(answer, &ids) != nil || !slices.ContainsFunc(ids, func(x string) bool { return strings.EqualFold(x, id) }) {
			return errors.New(who + " does not say that it took the statement")
		}
		return nil
	case resp.StatusCode == http.StatusUnauthorized, resp.StatusCode == http.StatusForbidden, resp.StatusCode == http.StatusNotFound:
		return fmt.Errorf("%s does not let us in (%d)", who, resp.StatusCode)
	case resp.StatusCode < 300:
		return fmt.Errorf("%s answers %d, which says nothing", who, resp.StatusCode)
	}
	return verdict(who, resp.StatusCode)
}

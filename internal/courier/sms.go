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
	"os"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"rufaa/internal/outward"
)

// SMS is one short message to one person.
type SMS struct {
	ID   string // the same at every try
	To   string // E.164, e.g. +254712000001
	Text string
}

// Texter sends short messages. What is behind it is a gateway of somebody's.
type Texter interface {
	Text(ctx context.Context, m SMS) error
}

// Gateway is an HTTP gateway as its file describes it: a form or JSON post with
// {to}, {text}, {id} and {secret} in the places where the gateway wants them.
type Gateway struct {
	URL     string            `yaml:"url"`
	Body    string            `yaml:"body"` // form (default) or json
	Headers map[string]string `yaml:"headers"`
	Fields  map[string]string `yaml:"fields"`
	// Accepted is a regular expression that the answer must meet besides a
	// status from 200 to 299: some gateways say no with a 200. Empty asks nothing.
	Accepted string `yaml:"accepted"`

	secret   string
	accepted *regexp.Regexp
	guard    outward.Guard
	http     *http.Client
}

const maxSMSAnswer = 64 << 10

// ReadGateway reads the file that describes a gateway. The secret is put in
// where the file says {secret}; it stands nowhere else.
func ReadGateway(file, secret string, guard outward.Guard) (*Gateway, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("SMS gateway: %w", err)
	}
	g, err := ParseGateway(raw, secret, guard)
	if err != nil {
		return nil, fmt.Errorf("SMS gateway: %s: %w", file, err)
	}
	return g, nil
}

// ParseGateway is ReadGateway of a file's bytes.
func ParseGateway(raw []byte, secret string, guard outward.Guard) (*Gateway, error) {
	g := &Gateway{Body: "form", secret: secret, guard: guard}
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(g); err != nil {
		return nil, err
	}
	if err := guard.Check(g.URL); err != nil {
		return nil, fmt.Errorf("url: %w", err)
	}
	if g.Body != "form" && g.Body != "json" {
		return nil, errors.New("body is form or json")
	}
	all := ""
	for _, v := range g.Fields {
		all += v
	}
	if !strings.Contains(all, "{to}") || !strings.Contains(all, "{text}") {
		return nil, errors.New("fields must say where {to} and {text} go")
	}
	for _, v := range g.Headers {
		all += v
	}
	if strings.Contains(all, "{secret}") && secret == "" {
		return nil, errors.New("a secret is asked for and none is given; put it into RUFAA_SMS_SECRET or --sms-secret-file")
	}
	if g.Accepted != "" {
		var err error
		if g.accepted, err = regexp.Compile(g.Accepted); err != nil {
			return nil, fmt.Errorf("accepted: %w", err)
		}
	}
	g.http = guard.Client(maxSMSAnswer)
	return g, nil
}

// Text posts one message. nil means that the gateway took it.
func (g *Gateway) Text(ctx context.Context, m SMS) error {
	fill := strings.NewReplacer("{to}", m.To, "{text}", m.Text, "{id}", m.ID, "{secret}", g.secret)
	var body, kind = "", "application/x-www-form-urlencoded"
	if g.Body == "json" {
		filled := map[string]string{}
		for k, v := range g.Fields {
			filled[k] = fill.Replace(v)
		}
		raw, err := json.Marshal(filled)
		if err != nil {
			return permanent("the message cannot be written")
		}
		body, kind = string(raw), "application/json"
	} else {
		form := url.Values{}
		for k, v := range g.Fields {
			form.Set(k, fill.Replace(v))
		}
		body = form.Encode()
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, g.URL, strings.NewReader(body))
	if err != nil {
		return permanent("the address of the gateway is none")
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Idempotency-Key", m.ID)
	for k, v := range g.Headers {
		r.Header.Set(k, fill.Replace(v))
	}
	resp, err := g.http.Do(r)
	if err != nil {
		return unreachable("the SMS gateway", err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return errors.New("the SMS gateway's answer cannot be read")
	}
	if err := verdict("the SMS gateway", resp.StatusCode); err != nil {
		return err
	}
	if g.accepted != nil && !g.accepted.Match(answer) {
		return errors.New("the SMS gateway did not accept it")
	}
	return nil
}

// verdict is what a status means for the next try. Too early, too many, and
// whatever is the server's own fault may be better later.
func verdict(who string, status int) error {
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusRequestTimeout, status == http.StatusTooManyRequests, status == http.StatusTooEarly, status >= 500:
		return fmt.Errorf("%s cannot take it now (%d)", who, status)
	}
	return permanent("%s refuses (%d)", who, status)
}

// unreachable says that nobody answered, without the address in it.
func unreachable(who string, err error) error {
	if errors.Is(err, outward.ErrForbidden) {
		return fmt.Errorf("%s is at an address that is not public", who)
	}
	return fmt.Errorf("%s does not answer", who)
}

package directory

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"strings"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/valid"
)

// MessageLine is the duty of a message that comes with a provider's code.
const MessageLine = "message_line"

// lineOf names a provider's message line as the one who reports.
func lineOf(provider string) string { return "line/" + provider }

// setLine opens or shuts a message line.
type setLine struct{ Mark string }

func (*setLine) Action() policy.Action         { return policy.DirectoryLine }
func (*setLine) Check(*valid.Check, *Taxonomy) {}
func (x *setLine) decide(p *Provider, _ *env) ([]ledger.Draft, error) {
	if err := p.open(); err != nil && x.Mark != "" {
		return nil, err
	}
	return happened(LineSet, LineEvent{x.Mark})
}

// OpenLine gives a provider a code for its message line; the one before it ends.
// The code is told once and kept as a keyed digest. It names the provider, so
// that a gateway needs nothing else.
func (d *Directory) OpenLine(ctx context.Context, who realm.Actor, provider string) (code string, err error) {
	secret := d.realm.Random(15)
	code = provider + "." + strings.ToLower(base32.StdEncoding.EncodeToString(secret))
	_, err = d.Do(ctx, who, provider, Order{}, &setLine{Mark: d.lineMark(code)})
	if err != nil {
		return "", err
	}
	return code, nil
}

// ShutLine ends the code of a provider.
func (d *Directory) ShutLine(ctx context.Context, who realm.Actor, provider string) error {
	_, err := d.Do(ctx, who, provider, Order{}, &setLine{})
	return err
}

func (d *Directory) lineMark(code string) string {
	mac := d.realm.KeyFile.Index().MAC("directory.line", []byte(code))
	return hex.EncodeToString(mac[:])
}

// ByLine takes in a message that comes with a provider's code. A code that is
// none, or no more, gives problem.ErrNotFound.
func (d *Directory) ByLine(ctx context.Context, code, key, text string) (provider string, said *Said, err error) {
	provider, _, ok := strings.Cut(code, ".")
	if !ok || len(code) > 200 {
		return "", nil, problem.ErrNotFound
	}
	p, err := d.load(ctx, provider)
	if err != nil {
		return "", nil, err
	}
	mark := d.lineMark(code) // before anything tells whether there is such a provider
	if subtle.ConstantTimeCompare([]byte(mark), []byte(p.Line)) != 1 {
		return "", nil, problem.ErrNotFound
	}
	who := realm.Actor{Principal: policy.Principal{Staff: lineOf(provider), Agency: p.Agency, Duty: MessageLine}, Device: "sms"}
	if _, err := d.Do(ctx, who, provider, Order{Key: key}, &Message{Text: text}); err != nil {
		return provider, nil, err
	}
	said, err = d.Taxonomy.ReadMessage(text)
	return provider, said, err
}

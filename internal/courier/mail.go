package courier

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"
)

// How a mail server is spoken to.
const (
	StartTLS = "starttls" // the connection is turned into TLS, or nothing is sent
	TLS      = "tls"      // TLS from the first byte
	Clear    = "clear"    // to this machine alone
)

// SMTP says where mail is handed in.
type SMTP struct {
	Server   string // host:port
	From     string // the address it comes from
	User     string // empty: without signing in
	Password string
	TLS      string // StartTLS, TLS or Clear; empty is StartTLS
	CA       string // PEM file of an authority besides the system's; empty for none
}

// Mail is one message to one person. It holds no case content.
type Mail struct {
	ID            string // the same at every try
	To            string
	Subject, Text string
	At            time.Time
}

// mailTime bounds one delivery to the server.
const mailTime = 20 * time.Second

// Mailer hands mail to one server.
type Mailer struct {
	o    SMTP
	host string
	opts []mail.Option
}

// NewMailer checks what was set up; it speaks to nobody.
func NewMailer(o SMTP) (*Mailer, error) {
	host, portText, err := net.SplitHostPort(o.Server)
	if err != nil {
		return nil, fmt.Errorf("mail server %q: give it as HOST:PORT", o.Server)
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		return nil, fmt.Errorf("mail server %q: the port is no number", o.Server)
	}
	if err := mail.NewMsg().From(o.From); err != nil {
		return nil, fmt.Errorf("the address that mail comes from is none; give one such as rufaa@agency.example")
	}
	m := &Mailer{o: o, host: host}
	conf := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if conf.RootCAs, err = authorities(o.CA); err != nil {
		return nil, err
	}
	m.opts = []mail.Option{mail.WithPort(port), mail.WithTimeout(mailTime), mail.WithTLSConfig(conf), mail.WithoutNoop()}
	switch o.TLS {
	case "", StartTLS:
		m.opts = append(m.opts, mail.WithTLSPolicy(mail.TLSMandatory))
	case TLS:
		m.opts = append(m.opts, mail.WithSSL())
	case Clear:
		if !here(host) {
			return nil, errors.New("mail in the clear is sent to this machine alone; use starttls or tls")
		}
		m.opts = append(m.opts, mail.WithTLSPolicy(mail.NoTLS))
	default:
		return nil, fmt.Errorf("%q is no way to speak to a mail server: starttls, tls or clear", o.TLS)
	}
	if o.User != "" {
		kind := mail.SMTPAuthAutoDiscover // never a password in the clear
		if o.TLS == Clear {
			kind = mail.SMTPAuthPlainNoEnc // to this machine alone
		}
		m.opts = append(m.opts, mail.WithSMTPAuth(kind), mail.WithUsername(o.User), mail.WithPassword(o.Password))
	}
	return m, nil
}

func here(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func authorities(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("authority of the mail server: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(raw) {
		return nil, fmt.Errorf("authority of the mail server: %s holds no certificate in PEM form", file)
	}
	return pool, nil
}

// Send hands one message to the server. nil means that the server took it.
func (m *Mailer) Send(ctx context.Context, x Mail) error {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if msg.From(m.o.From) != nil || msg.To(x.To) != nil {
		return permanent("the address is none")
	}
	msg.SetMessageIDWithValue(x.ID + "@" + m.host)
	msg.SetDateWithValue(x.At)
	msg.Subject(x.Subject)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers
	msg.SetBodyString(mail.TypeTextPlain, x.Text)
	client, err := mail.NewClient(m.host, m.opts...)
	if err != nil {
		return errors.New("the mail client cannot be made")
	}
	ctx, cancel := context.WithTimeout(ctx, mailTime)
	defer cancel()
	return told(client.DialAndSendWithContext(ctx, msg))
}

// told is what may be kept of a mail server's refusal: its number, never its
// words, which repeat the address.
func told(err error) error {
	if err == nil {
		return nil
	}
	var refused *mail.SendError
	if errors.As(err, &refused) {
		if !refused.IsTemp() && refused.ErrorCode() >= 500 {
			return permanent("the mail server refuses (%d)", refused.ErrorCode())
		}
		if refused.ErrorCode() > 0 {
			return fmt.Errorf("the mail server cannot take it now (%d)", refused.ErrorCode())
		}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New("the mail server does not answer in time")
	}
	var cert *tls.CertificateVerificationError
	if errors.As(err, &cert) {
		return errors.New("the certificate of the mail server is not trusted")
	}
	return errors.New("the mail server cannot be reached, or does not let us in")
}

package main

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"

	"rufaa/internal/courier"
	"rufaa/internal/notice"
	"rufaa/internal/outward"
)

// outletFlags are the ways out of the building. Passwords and keys come from
// the environment or a file: what stands among the arguments is read by anybody
// on the machine.
type outletFlags struct {
	SMTP         string         `name:"smtp" help:"Mail server that takes notices, HOST:PORT; without it no e-mail is sent." placeholder:"HOST:PORT"`
	SMTPFrom     string         `name:"smtp-from" help:"Address that mail comes from." placeholder:"ADDRESS"`
	SMTPUser     string         `name:"smtp-user" help:"Name to sign in to the mail server with; the password is in RUFAA_SMTP_PASSWORD or --smtp-password-file."`
	SMTPPassword string         `name:"smtp-password-file" help:"File that holds the password of the mail server." type:"path"`
	SMTPTLS      string         `name:"smtp-tls" help:"starttls, tls, or clear (to this machine alone)." enum:"starttls,tls,clear" default:"starttls"`
	SMTPCA       string         `name:"smtp-ca" help:"PEM file of an authority of the mail server's certificate." type:"path"`
	SMS          string         `name:"sms-gateway" help:"File that describes the SMS gateway; without it no SMS is sent." placeholder:"FILE" type:"path"`
	SMSSecret    string         `name:"sms-secret-file" help:"File that holds the gateway's key; else it is in RUFAA_SMS_SECRET." type:"path"`
	LRS          string         `name:"lrs" help:"Learning record store (xAPI) that takes the statements of courses, also of exercises, under opaque accounts: its endpoint; without it nothing is sent." placeholder:"URL"`
	LRSKey       string         `name:"lrs-key" help:"Key to sign in to the learning record store with; its secret is in RUFAA_LRS_SECRET or --lrs-secret-file."`
	LRSSecret    string         `name:"lrs-secret-file" help:"File that holds the secret of the learning record store." type:"path"`
	Networks     []netip.Prefix `name:"outward-network" help:"Network (CIDR) that is not public where a webhook's endpoint, the SMS gateway or the learning record store may be." sep:","`
}

// outlets sets the ways out up; it speaks to nobody yet.
func (o *outletFlags) outlets() (notice.Outlets, error) {
	var out notice.Outlets
	guard := outward.Guard{Networks: o.Networks}
	out.Hooks = courier.NewHooks(guard)
	if o.SMTP != "" {
		password, err := secret("RUFAA_SMTP_PASSWORD", o.SMTPPassword)
		if err != nil {
			return out, err
		}
		if o.SMTPUser != "" && password == "" {
			return out, errors.New("--smtp-user without a password; put it into RUFAA_SMTP_PASSWORD or --smtp-password-file")
		}
		m, err := courier.NewMailer(courier.SMTP{Server: o.SMTP, From: o.SMTPFrom, User: o.SMTPUser, Password: password, TLS: o.SMTPTLS, CA: o.SMTPCA})
		if err != nil {
			return out, fmt.Errorf("--smtp: %w", err)
		}
		out.Mail = m.Send
	}
	if o.SMS != "" {
		key, err := secret("RUFAA_SMS_SECRET", o.SMSSecret)
		if err != nil {
			return out, err
		}
		g, err := courier.ReadGateway(o.SMS, key, guard)
		if err != nil {
			return out, err
		}
		out.SMS = g.Text
	}
	if o.LRS != "" {
		key, err := secret("RUFAA_LRS_SECRET", o.LRSSecret)
		if err != nil {
			return out, err
		}
		l, err := courier.NewLRS(o.LRS, o.LRSKey, key, guard)
		if err != nil {
			return out, fmt.Errorf("--lrs: %w", err)
		}
		out.Statement = l.Put
	}
	return out, nil
}

// secret reads a file, else the environment.
func secret(name, file string) (string, error) {
	if file == "" {
		return os.Getenv(name), nil
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("secret: %w", err)
	}
	return strings.TrimSpace(string(raw)), nil
}

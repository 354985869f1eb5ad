// Package courier carries a few words out of the building: by e-mail (SMTP),
// by SMS through a gateway, to an agency's own endpoint as a signed webhook
// (Standard Webhooks, standardwebhooks.com), and as statements to a learning
// record store (xAPI).
//
// It owns nothing and knows no case, person or table: who is told what, when
// and how often is the notice room's. It imports outward, go-mail and the
// reference library of Standard Webhooks.
//
// It keeps true:
//
//   - A password travels only inside TLS: STARTTLS is demanded, never hoped
//     for. Mail in the clear is spoken to this machine alone.
//   - Secrets come from the environment or a file and stand in no error or log;
//     neither does an address or a telephone number.
//   - A message carries the same id at every try (Message-ID, webhook-id, the
//     statement's id, or the gateway's own field), so that a receiver can drop a repeat. Between
//     the other side's "yes" and the sender's note of it a crash repeats the
//     message: at least once is the promise, not exactly once.
//   - An error says whether trying again can help (Permanent).
package courier

// Package publication turns the directory into the open standard: the Human
// Services Data Specification, as others may read it without an account.
//
// It owns the translation of a provider into organisations, services and
// places of HSDS and the snapshot that is served. It imports the directory,
// the realm's content and the standard.
//
// It keeps true:
//
//   - A service with a confidential place is published by its front door alone:
//     telephone and county. Its places, addresses and positions are not read.
//   - Contacts, holds, who checked an entry and who reported a bed are not
//     published. Barred providers are not published.
//   - What is not known is left out, never written as no.
package publication

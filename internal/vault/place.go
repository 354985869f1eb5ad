package vault

import (
	"encoding/binary"
	"errors"
	"slices"
)

// Compartment is a class of what is known about a person. Who may open one
// says nothing about the others.
type Compartment string

// The compartments. Their texts never change: they are bound to ciphertexts.
const (
	Identity    Compartment = "identity"    // names, phones, identity numbers, birth date
	Whereabouts Compartment = "whereabouts" // shelter, contact, plans of movement
	Account     Compartment = "account"     // what happened, in her own words
	Care        Compartment = "care"        // health, psychosocial, wishes
	Inquiry     Compartment = "inquiry"     // investigation, interviews, exhibits
	Immigration Compartment = "immigration" // nationality, status, documents
	Witness     Compartment = "witness"     // protection of witnesses
)

// compartments in the order of their codes in a key ring, the first being 1.
// Only ever append.
var compartments = []Compartment{Identity, Whereabouts, Account, Care, Inquiry, Immigration, Witness}

// Compartments lists them all.
func Compartments() []Compartment { return slices.Clone(compartments) }

func (c Compartment) code() byte { return byte(slices.Index(compartments, c) + 1) }

// Valid tells whether the compartment exists.
func (c Compartment) Valid() bool { return c.code() != 0 }

// ErrPlace says that a place has no record, field or compartment.
var ErrPlace = errors.New("vault: a place needs record, field, a known compartment and a schema version")

// Place is where a sealed text stands. Together with the subject it is
// authenticated with the ciphertext, which therefore opens nowhere else.
type Place struct {
	Record      string      // id of the record, e.g. a person or an interview
	Field       string      // name of the field in the record
	Compartment Compartment // decides the key
	Schema      int         // version of the text's form, from 1
}

func (p Place) check() error {
	if p.Record == "" || p.Field == "" || !p.Compartment.Valid() || p.Schema < 1 {
		return ErrPlace
	}
	return nil
}

// bind is the associated data of a text: every part with its length before it.
func (p Place) bind(subject string) []byte {
	ad := make([]byte, 0, 64+len(subject)+len(p.Record)+len(p.Field))
	ad = append(ad, "rufaa/text/1"...)
	for _, part := range []string{subject, p.Record, p.Field, string(p.Compartment)} {
		ad = framed(ad, part)
	}
	return binary.BigEndian.AppendUint64(ad, uint64(p.Schema))
}

// bindKey is the associated data of a wrapped data key.
func bindKey(subject string, c Compartment) []byte {
	ad := append(make([]byte, 0, 64), "rufaa/key/1"...)
	return framed(framed(ad, subject), string(c))
}

func framed(ad []byte, part string) []byte {
	ad = binary.BigEndian.AppendUint32(ad, uint32(len(part)))
	return append(ad, part...)
}

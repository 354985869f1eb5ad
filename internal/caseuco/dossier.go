package caseuco

import (
	"errors"
	"time"
)

// Dossier is what an export is made from. Times are written in UTC.
type Dossier struct {
	Base     string // absolute IRI that the identifiers stand under, e.g. "https://rufaa.example/kb/"
	ID       string // of the inquiry or case
	Name     string // its reference; never a title that tells of a person
	Focus    []string
	Status   string // e.g. "open"
	Began    time.Time
	Made     time.Time
	Program  string // version of the program that writes this
	Exhibits []Exhibit
	Files    []File
	Deeds    []Deed // guided steps, in the order in which they were settled
}

// Kind is what an exhibit is, as far as the ontology tells things apart.
type Kind string

// The kinds.
const (
	Thing   Kind = "thing"   // anything that is not digital
	Device  Kind = "device"  // a telephone, a computer, a store of data
	Digital Kind = "digital" // data by themselves
)

// Exhibit is one thing that was secured, with its chain from its finding on.
type Exhibit struct {
	ID          string
	Number      string
	Kind        Kind
	Category    string // word of the vocabulary, e.g. "phone"
	Description string // "" where it is sealed for the recipient
	Make        string // of a device
	Model       string
	Serial      string
	Digests     []Digest // of data that a tool's report names
	Tool        Tool     // that reported the digests
	Steps       []Step
	Reports     []Report // of digests, by forensic tools
	Laboratory  []Request
	Findings    []string // what is wrong with the chain, as sentences
	Complete    bool     // the chain was computed and nothing breaks it
}

// Step is one thing that happened to an exhibit.
type Step struct {
	ID        string
	Kind      string // e.g. "found", "handed", "moved"
	Began     time.Time
	Ended     time.Time // zero: it is not confirmed, or took no time
	Recorded  time.Time // when it was told, by the server's clock
	By, To    Actor     // To is empty except for a hand-over
	Place     Place     // where it was; zero where that is known in sealed words only
	Received  Place     // of a hand-over: where the other side was, if elsewhere
	Seal      string
	Note      string // "" where it is sealed
	Confirmed bool
}

// Actor is who did something: an opaque id of staff, and their agency.
type Actor struct {
	Staff  string
	Agency string
}

// Place is a store, a laboratory, a court, or the scene: never where a person
// stays.
type Place struct{ ID, Name, Kind string }

// Report is a forensic tool's report of digests, in numbers: how many items it
// names, and how many of them stood on lists of known material when it came.
type Report struct {
	ID      string
	At      time.Time
	By      Actor
	Items   int
	Matched int
	Size    int64
	Digest  Digest // of the report itself
}

// Request is what a laboratory was asked and, when Answered is not zero, said.
type Request struct {
	ID         string
	Laboratory Place
	Asks       []string // words of the vocabulary
	Asked      time.Time
	By         Actor
	Answered   time.Time
	AnsweredBy Actor
	Reference  string   // the laboratory's own
	Files      []string // with the result; those that are in the dossier are named
}

// File is an evidence file.
type File struct {
	ID      string
	Exhibit string // of which it is a copy or a picture; "" for none
	Parent  string // the file it was made from; "" for an original
	Name    string // "" where it is sealed
	Type    string // media type
	Size    int64
	Digests []Digest
	At      time.Time
	By      Actor
	Tool    Tool // that made a derived file
}

// Digest is a hash in hexadecimal. Method is a name of the ontology's
// vocabulary: MD5, SHA1, SHA256, SHA512.
type Digest struct{ Method, Hex string }

// Tool is a program or an apparatus.
type Tool struct{ Name, Version string }

// ErrDossier says that a dossier cannot be written.
var ErrDossier = errors.New("caseuco: the dossier is not complete")

package ui

import "github.com/a-h/templ"

// Sending says where a form goes.
type Sending struct {
	Action string // without Base
	Key    string // idempotency key, sent as _key; a repeated send does nothing twice
	Get    bool   // searches and filters
	File   bool   // one of its fields is a file
	Class  string // "r-filter" for a row of filters
	Guard  bool   // ask before leaving with unsaved words (script only)
}

func (s Sending) method() string {
	if s.Get {
		return "get"
	}
	return "post"
}

// Look is the weight of a button.
type Look string

const (
	Primary   Look = ""
	Secondary Look = "r-button--secondary"
	Warning   Look = "r-button--warning"
)

// Press is what a button sends besides the form, if anything.
type Press struct {
	Text  string
	Look  Look
	Name  string
	Value string
	Small bool
	Attrs templ.Attributes
}

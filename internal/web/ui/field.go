package ui

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// Field is one question of a form, whatever its kind. Label, Hint and Error
// are texts ready to show. Its HTML id is its Name, so that FieldError.Field
// leads to it.
type Field struct {
	Name  string
	ID    string // instead of Name, where several forms of a page ask the same
	Label string
	Hint  string
	Value string
	// Values are the chosen ones of Checkboxes.
	Values []string
	Error  string
	// Required tells assistive technology; Optional says so in the label.
	// Most fields are neither: an alert is never blocked by a missing one.
	Required, Optional bool
	// Heading makes the label the page's h1, for one question per page.
	Heading bool

	Options []Option // Select, Radios, Checkboxes
	Inline  bool     // short Radios side by side on wide screens

	Type         string // TextInput: "text" by default, "password", "tel", "email", "search", "time"
	InputMode    string // TextInput: "numeric", …
	Autocomplete string
	Width        int // TextInput: 2, 3, 4, 5, 10, 20 or 30 characters; 0 is full
	Rows         int // Textarea: 5 by default
	// Max is the longest answer in characters, said below TextInput and
	// Textarea; 0 says nothing. There is no maxlength: a browser would cut off
	// a pasted account in silence.
	Max int

	Attrs templ.Attributes // any more attributes of the input
}

// Option is one possible answer.
type Option struct {
	Value string
	Label string
	Hint  string
	// Or puts the word "or" before this option, for "none of these".
	Or bool
	// Reveal is what to ask further when this is chosen. Radios and Checkboxes.
	Reveal templ.Component
}

func (f Field) chosen(value string) bool {
	for _, v := range f.Values {
		if v == value {
			return true
		}
	}
	return f.Value == value && len(f.Values) == 0
}

// describedBy names the elements that explain the field, in reading order.
func (f Field) describedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.Name+"-hint")
	}
	if f.Max > 0 {
		ids = append(ids, f.Name+"-max")
	}
	if f.Error != "" {
		ids = append(ids, f.Name+"-error")
	}
	return strings.Join(ids, " ")
}

// optionID is the field's own id for the first option, so that a link to the
// field finds an input.
func (f Field) optionID(i int) string {
	if i == 0 {
		return f.id()
	}
	return f.id() + "-" + strconv.Itoa(i+1)
}

func (f Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return f.Name
}

// attrs are the attributes that all inputs share.
func (f Field) attrs() templ.Attributes {
	a := templ.Attributes{}
	if d := f.describedBy(); d != "" {
		a["aria-describedby"] = d
	}
	if f.Error != "" {
		a["aria-invalid"] = "true"
	}
	if f.Required {
		a["aria-required"] = "true"
	}
	if f.Autocomplete != "" {
		a["autocomplete"] = f.Autocomplete
	}
	if f.InputMode != "" {
		a["inputmode"] = f.InputMode
	}
	for k, v := range f.Attrs {
		a[k] = v
	}
	return a
}

func (f Field) inputType() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

func (f Field) rows() string {
	if f.Rows == 0 {
		return "5"
	}
	return strconv.Itoa(f.Rows)
}

func (f Field) width() string {
	if f.Width == 0 {
		return ""
	}
	return "govuk-input--width-" + strconv.Itoa(f.Width)
}

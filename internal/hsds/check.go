package hsds

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Mode says how much a Checker demands.
type Mode int

const (
	// Plain is the standard as published, formats asserted.
	Plain Mode = iota
	// Strict also refuses every name that the standard does not know; it
	// finds what is misspelt.
	Strict
	// Profiled is the standard with the Kenya protection profile merged in.
	Profiled
)

// root is where the schemas lie for the compiler. Nothing is fetched: a
// reference to anything else does not compile.
const root = "hsds:///"

// Checker tells whether documents keep the standard. It is safe for
// concurrent use.
type Checker struct{ by map[Kind]*jsonschema.Schema }

// NewChecker compiles the embedded schemas; it takes some 30 ms.
func NewChecker(mode Mode) (*Checker, error) {
	docs, err := readSchemas()
	if err != nil {
		return nil, err
	}
	if mode == Profiled {
		if err := applyProfile(docs); err != nil {
			return nil, err
		}
	}
	comp := jsonschema.NewCompiler()
	comp.DefaultDraft(jsonschema.Draft2020)
	comp.AssertFormat()
	comp.UseLoader(noLoader{})
	delete(docs, "openapi")
	for name, doc := range docs {
		if mode == Strict {
			closeObjects(doc)
		}
		if err := comp.AddResource(root+strings.ReplaceAll(name, "/", "-")+".json", doc); err != nil {
			return nil, fmt.Errorf("checker: %s: %w", name, err)
		}
	}
	c := &Checker{by: map[Kind]*jsonschema.Schema{}}
	for _, name := range slices.Sorted(maps.Keys(docs)) {
		kind := Kind(name)
		if strings.HasPrefix(name, "whole/") {
			continue
		}
		if c.by[kind], err = comp.Compile(root + file(kind)); err != nil {
			return nil, fmt.Errorf("checker: %s: %w", kind, err)
		}
	}
	return c, nil
}

// noLoader refuses to fetch what is not embedded.
type noLoader struct{}

func (noLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("checker: %s is not embedded", url)
}

// closeObjects forbids additional properties wherever properties are named.
func closeObjects(node any) {
	switch n := node.(type) {
	case document:
		if props, ok := n["properties"].(document); ok {
			n["additionalProperties"] = false
			for _, p := range props {
				closeObjects(p)
			}
		}
		closeObjects(n["items"])
	case []any:
		for _, e := range n {
			closeObjects(e)
		}
	}
}

// Check tells whether doc is a document of that kind. Its error is a
// *Nonconforming, or says that kind or doc cannot be read.
func (c *Checker) Check(kind Kind, doc []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	if err != nil {
		return fmt.Errorf("check %s: not JSON: %w", kind, err)
	}
	schema, ok := c.by[kind]
	if !ok {
		return fmt.Errorf("check: there is no kind %q", kind)
	}
	err = schema.Validate(value)
	if err == nil {
		return nil
	}
	return nonconforming(kind, err)
}

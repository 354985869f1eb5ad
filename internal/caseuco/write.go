package caseuco

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/google/uuid"
)

// context are the prefixes of the document. Terms are written with them and
// nothing else, so that no word means anything by accident.
func context(base string) map[string]string {
	return map[string]string{
		"kb":                 base,
		"case-investigation": "https://ontology.caseontology.org/case/investigation/",
		"uco-action":         "https://ontology.unifiedcyberontology.org/uco/action/",
		"uco-core":           "https://ontology.unifiedcyberontology.org/uco/core/",
		"uco-identity":       "https://ontology.unifiedcyberontology.org/uco/identity/",
		"uco-location":       "https://ontology.unifiedcyberontology.org/uco/location/",
		"uco-observable":     "https://ontology.unifiedcyberontology.org/uco/observable/",
		"uco-tool":           "https://ontology.unifiedcyberontology.org/uco/tool/",
		"uco-types":          "https://ontology.unifiedcyberontology.org/uco/types/",
		"rdfs":               "http://www.w3.org/2000/01/rdf-schema#",
		"xsd":                "http://www.w3.org/2001/XMLSchema#",
	}
}

// node is one thing of the graph, by the ontology's names.
type node map[string]any

type ref struct {
	ID string `json:"@id"`
}

type literal struct {
	Type  string `json:"@type"`
	Value string `json:"@value"`
}

// writer builds one graph.
type writer struct {
	d     *Dossier
	nodes []node
	seen  map[string]bool
	err   error
}

// Write gives the export as JSON-LD.
func Write(d *Dossier) ([]byte, error) {
	u, err := url.Parse(d.Base)
	if err != nil || !u.IsAbs() || d.ID == "" || d.Name == "" || d.Made.IsZero() {
		return nil, fmt.Errorf("%w: it needs an absolute base, an id, a name and a time", ErrDossier)
	}
	w := &writer{d: d, seen: map[string]bool{}}
	for i := range d.Exhibits {
		w.exhibit(&d.Exhibits[i])
	}
	for i := range d.Files {
		w.file(&d.Files[i])
	}
	for i := range d.Deeds {
		w.deed(&d.Deeds[i])
	}
	w.investigation()
	if w.err != nil {
		return nil, w.err
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	err = enc.Encode(map[string]any{"@context": context(d.Base), "@graph": w.nodes})
	return out.Bytes(), err
}

// id names a thing: its kind and a UUID computed from what it is.
func (w *writer) id(kind string, parts ...string) string {
	h := sha256.New()
	for _, p := range append([]string{w.d.Base, kind}, parts...) {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return "kb:" + kind + "-" + uuid.NewHash(sha256.New(), uuid.NameSpaceURL, h.Sum(nil), 8).String()
}

// add puts a thing into the graph, once.
func (w *writer) add(n node) ref {
	id := n["@id"].(string)
	if !w.seen[id] {
		w.seen[id] = true
		w.nodes = append(w.nodes, n)
	}
	return ref{id}
}

func (n node) text(name, value string) node {
	if value != "" {
		n[name] = value
	}
	return n
}

func (n node) time(name string, at time.Time) node {
	if !at.IsZero() {
		n[name] = literal{"xsd:dateTime", at.UTC().Format("2006-01-02T15:04:05.000Z")}
	}
	return n
}

func (n node) refs(name string, list ...ref) node {
	switch len(list) {
	case 0:
	case 1:
		n[name] = list[0]
	default:
		n[name] = list
	}
	return n
}

func (w *writer) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf("%w: "+format, append([]any{ErrDossier}, args...)...)
	}
}

// investigation holds everything else together.
func (w *writer) investigation() {
	var all []ref
	for _, n := range w.nodes {
		if facets[n["@type"].(string)] {
			continue
		}
		all = append(all, ref{n["@id"].(string)})
	}
	n := node{"@id": w.id("investigation", w.d.ID), "@type": "case-investigation:Investigation", "uco-core:specVersion": "1.4.0",
		"case-investigation:investigationForm": "case"}
	n.text("uco-core:name", w.d.Name).text("case-investigation:investigationStatus", w.d.Status).
		time("uco-core:startTime", w.d.Began).time("uco-core:objectCreatedTime", w.d.Made).refs("uco-core:object", all...)
	if len(w.d.Focus) > 0 {
		n["case-investigation:focus"] = w.d.Focus
	}
	n.refs("uco-core:createdBy", w.organization("rufaa"))
	n.text("uco-core:description", "Written by Rufaa "+w.d.Program+". Persons are opaque identifiers.")
	w.nodes = append([]node{n}, w.nodes...)
	if last := len(w.nodes) - 1; w.nodes[last]["uco-core:name"] == "rufaa" {
		all = append(all, ref{w.nodes[last]["@id"].(string)})
		n.refs("uco-core:object", all...)
	}
}

// facets are the types that belong to another thing and are no objects of
// their own.
var facets = map[string]bool{"uco-observable:FileFacet": true, "uco-observable:ContentDataFacet": true, "uco-observable:DeviceFacet": true,
	"uco-types:Hash": true}

func (w *writer) organization(name string) ref {
	if name == "" {
		name = "unknown"
	}
	return w.add(node{"@id": w.id("organization", name), "@type": "uco-identity:Organization", "uco-core:name": name})
}

// actor is a person by an opaque id, with the agency as a relationship.
func (w *writer) actor(a Actor) ref {
	if a.Staff == "" {
		return w.organization(a.Agency)
	}
	who := w.add(node{"@id": w.id("person", a.Staff), "@type": "uco-identity:Person", "uco-core:name": a.Staff})
	if a.Agency != "" {
		w.relate(who, w.organization(a.Agency), "Member_Of")
	}
	return who
}

// places are where something happened; those that are not known are left out.
func (w *writer) places(list ...Place) []ref {
	var out []ref
	for _, p := range list {
		if p.ID == "" {
			continue
		}
		n := node{"@id": w.id("location", p.ID), "@type": "uco-location:Location"}
		if r := w.add(n.text("uco-core:name", p.Name).text("uco-core:tag", p.Kind)); !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

func (w *writer) relate(source, target ref, kind string) {
	n := node{"@id": w.id("relationship", source.ID, target.ID, kind), "@type": "uco-core:Relationship", "uco-core:kindOfRelationship": kind,
		"uco-core:isDirectional": true}
	w.add(n.refs("uco-core:source", source).refs("uco-core:target", target))
}

func (w *writer) tool(t Tool) []ref {
	if t.Name == "" {
		return nil
	}
	n := node{"@id": w.id("tool", t.Name, t.Version), "@type": "uco-tool:Tool", "uco-core:name": t.Name}
	return []ref{w.add(n.text("uco-tool:version", t.Version))}
}

// hashes are digests, each a thing of its own.
func (w *writer) hashes(of string, list []Digest) []ref {
	var out []ref
	for _, d := range list {
		raw, err := hex.DecodeString(d.Hex)
		if err != nil || len(raw) != lengths[d.Method] {
			w.fail("%s: %q is no %s", of, d.Hex, d.Method)
			continue
		}
		out = append(out, w.add(node{"@id": w.id("hash", of, d.Method), "@type": "uco-types:Hash", "uco-types:hashMethod": d.Method,
			"uco-types:hashValue": literal{"xsd:hexBinary", hex.EncodeToString(raw)}}))
	}
	return out
}

// lengths of digests in bytes, by the names of HashNameVocab.
var lengths = map[string]int{"MD5": 16, "SHA1": 20, "SHA256": 32, "SHA512": 64}

package caseuco

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// exhibit writes the thing, what is known of it, and its chain.
func (w *writer) exhibit(x *Exhibit) {
	if x.ID == "" || x.Number == "" || len(x.Steps) == 0 {
		w.fail("exhibit %q needs a number and a chain that begins with its finding", x.Number)
		return
	}
	thing := w.thing(x)
	var before, record ref
	for i := range x.Steps {
		s := &x.Steps[i]
		if s.ID == "" || s.Began.IsZero() {
			w.fail("exhibit %q: step %d needs an id and a time", x.Number, i)
			return
		}
		before, record = w.step(x, s, i, before, record, thing)
	}
	for i := range x.Reports {
		w.report(x, &x.Reports[i], thing)
	}
	for i := range x.Laboratory {
		w.laboratory(x, &x.Laboratory[i], record)
	}
	for i, text := range x.Findings {
		n := node{"@id": w.id("finding", x.ID, strconv.Itoa(i)), "@type": "uco-core:Annotation", "uco-core:tag": "chain-of-custody-finding",
			"uco-core:description": text}
		w.add(n.refs("uco-core:object", record))
	}
}

// step is one action of the chain: on the provenance record that the step
// before it left, resulting in one of its own.
func (w *writer) step(x *Exhibit, s *Step, i int, before, record, thing ref) (action, result ref) {
	r := node{"@id": w.id("provenance", x.ID, s.ID), "@type": "case-investigation:ProvenanceRecord", "case-investigation:exhibitNumber": x.Number,
		"case-investigation:rootExhibitNumber": x.Number}
	r.text("uco-core:description", x.Description).time("uco-core:objectCreatedTime", s.Began).refs("uco-core:object", thing)
	result = w.add(r)

	n := node{"@id": w.id("action", x.ID, s.ID), "@type": "case-investigation:InvestigativeAction", "uco-core:name": s.Kind}
	n.time("uco-action:startTime", s.Began).time("uco-action:endTime", s.Ended).time("uco-core:objectCreatedTime", s.Recorded)
	n.refs("uco-action:location", w.places(s.Place, s.Received)...)
	n.refs("uco-action:performer", w.actor(s.By))
	if s.To != (Actor{}) {
		n.refs("uco-action:participant", w.actor(s.To))
	}
	n["uco-action:actionStatus"] = "Pending"
	if s.Confirmed {
		n["uco-action:actionStatus"] = "Success"
	}
	about := s.Note
	if s.Seal != "" {
		about = fmt.Sprintf("Seal %s. %s", s.Seal, about)
	}
	n.text("uco-core:description", about)
	if i == 0 {
		n.refs("uco-action:object", thing)
	} else {
		n.refs("uco-action:object", record).refs("case-investigation:wasInformedBy", before)
	}
	return w.add(n.refs("uco-action:result", result)), result
}

// thing is what the exhibit is, apart from its papers.
func (w *writer) thing(x *Exhibit) ref {
	types := map[Kind]string{Thing: "uco-core:UcoObject", Device: "uco-observable:Device", Digital: "uco-observable:ObservableObject"}
	if types[x.Kind] == "" {
		w.fail("exhibit %q is of no known kind %q", x.Number, x.Kind)
		return ref{}
	}
	n := node{"@id": w.id("exhibit", x.ID), "@type": types[x.Kind]}
	n.text("uco-core:name", x.Number).text("uco-core:description", x.Description).text("uco-core:tag", x.Category)
	var facets []ref
	if x.Kind == Device {
		f := node{"@id": w.id("device-facet", x.ID), "@type": "uco-observable:DeviceFacet"}
		f.text("uco-observable:deviceType", x.Category).text("uco-observable:model", x.Model).text("uco-observable:serialNumber", x.Serial)
		if x.Make != "" {
			f.refs("uco-observable:manufacturer", w.organization(x.Make))
		}
		facets = append(facets, w.add(f))
	}
	thing := w.add(n.refs("uco-core:hasFacet", facets...))
	if len(x.Digests) > 0 {
		w.reported(x, thing)
	}
	return thing
}

// reported is data on the exhibit that nobody here has: its digests alone, as
// a tool's report gives them.
func (w *writer) reported(x *Exhibit, thing ref) {
	data := node{"@id": w.id("content", x.ID), "@type": "uco-observable:ObservableObject"}
	data.refs("uco-core:hasFacet", w.contentFacet(x.ID, 0, "", x.Digests))
	content := w.add(data)
	w.relate(content, thing, "Contained_Within")
	n := node{"@id": w.id("action", x.ID, "report"), "@type": "case-investigation:InvestigativeAction", "uco-core:name": "reported"}
	n.refs("uco-action:instrument", w.tool(x.Tool)...).refs("uco-action:object", thing).refs("uco-action:result", content)
	w.add(n)
}

// report is a forensic tool's report: a document with a digest of its own, of
// which only numbers are here.
func (w *writer) report(x *Exhibit, r *Report, thing ref) {
	if r.ID == "" || r.At.IsZero() || r.Digest.Hex == "" {
		w.fail("exhibit %q: a report needs an id, a time and a digest", x.Number)
		return
	}
	data := node{"@id": w.id("report", x.ID, r.ID), "@type": "uco-observable:ObservableObject"}
	data.refs("uco-core:hasFacet", w.contentFacet("report/"+r.ID, r.Size, "", []Digest{r.Digest}))
	n := node{"@id": w.id("action", x.ID, r.ID), "@type": "case-investigation:InvestigativeAction", "uco-core:name": "digests-reported"}
	n.time("uco-action:startTime", r.At).refs("uco-action:performer", w.actor(r.By)).refs("uco-action:object", thing).refs("uco-action:result", w.add(data))
	w.add(n.text("uco-core:description", fmt.Sprintf("A forensic tool's report of %d items, %d of them on lists of known material.", r.Items, r.Matched)))
}

// laboratory is the request and, once there is one, the result that it led to.
func (w *writer) laboratory(x *Exhibit, r *Request, record ref) {
	if r.ID == "" || r.Asked.IsZero() {
		w.fail("exhibit %q: a laboratory's request needs an id and a time", x.Number)
		return
	}
	action := func(name, key string, at time.Time, by Actor) node {
		n := node{"@id": w.id("action", x.ID, r.ID, key), "@type": "case-investigation:InvestigativeAction", "uco-core:name": name}
		return n.time("uco-action:startTime", at).refs("uco-action:performer", w.actor(by)).refs("uco-action:object", record).refs("uco-action:location", w.places(r.Laboratory)...)
	}
	asked := action("laboratory-requested", "asked", r.Asked, r.By).text("uco-core:description", strings.Join(r.Asks, ", "))
	asked["uco-action:actionStatus"] = "Pending"
	if !r.Answered.IsZero() {
		asked["uco-action:actionStatus"] = "Success"
	}
	request := w.add(asked)
	if r.Answered.IsZero() {
		return
	}
	said := action("laboratory-answered", "answered", r.Answered, r.AnsweredBy).refs("case-investigation:wasInformedBy", request)
	var files []ref
	for _, id := range r.Files {
		if w.has(id) {
			files = append(files, ref{w.id("file", id)})
		}
	}
	w.add(said.text("uco-core:description", r.Reference).refs("uco-action:result", files...))
}

func (w *writer) contentFacet(of string, size int64, media string, digests []Digest) ref {
	n := node{"@id": w.id("content-facet", of), "@type": "uco-observable:ContentDataFacet"}
	if size > 0 {
		n["uco-observable:sizeInBytes"] = literal{"xsd:integer", strconv.FormatInt(size, 10)}
	}
	return w.add(n.text("uco-observable:mimeType", media).refs("uco-observable:hash", w.hashes(of, digests)...))
}

// file writes an evidence file, and what made it.
func (w *writer) file(f *File) {
	if f.ID == "" || len(f.Digests) == 0 || f.At.IsZero() {
		w.fail("file %q needs an id, a digest and a time", f.ID)
		return
	}
	about := node{"@id": w.id("file-facet", f.ID), "@type": "uco-observable:FileFacet",
		"uco-observable:sizeInBytes": literal{"xsd:integer", strconv.FormatInt(f.Size, 10)}}
	about.text("uco-observable:fileName", f.Name)
	n := node{"@id": w.id("file", f.ID), "@type": "uco-observable:File"}
	n.time("uco-core:objectCreatedTime", f.At).refs("uco-core:hasFacet", w.add(about), w.contentFacet(f.ID, f.Size, f.Type, f.Digests))
	file := w.add(n)
	action := node{"@id": w.id("action", f.ID), "@type": "case-investigation:InvestigativeAction", "uco-core:name": "received"}
	action.time("uco-action:startTime", f.At).refs("uco-action:performer", w.actor(f.By)).refs("uco-action:instrument", w.tool(f.Tool)...).refs("uco-action:result", file)
	switch {
	case f.Parent != "":
		action["uco-core:name"] = "derived"
		parent := ref{w.id("file", f.Parent)}
		if !w.has(f.Parent) {
			w.fail("file %q names a parent that is not in the dossier", f.ID)
		}
		w.relate(file, parent, "Derived_From")
		action.refs("uco-action:object", parent)
	case f.Exhibit != "":
		thing := ref{w.id("exhibit", f.Exhibit)}
		if !w.seen[thing.ID] {
			w.fail("file %q names an exhibit that is not in the dossier", f.ID)
		}
		action.refs("uco-action:object", thing)
	}
	w.add(action)
}

// has tells whether a file is in the dossier, before it or after.
func (w *writer) has(id string) bool {
	for i := range w.d.Files {
		if w.d.Files[i].ID == id {
			return true
		}
	}
	return false
}

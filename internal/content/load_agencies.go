package content

import (
	"fmt"
	"io/fs"
	"time"
)

func (l *loader) loadAgencies() {
	files, _ := fs.Glob(l.fsys, "agencies/*.yaml")
	for _, file := range files {
		var f struct{ Agencies []Agency }
		root := l.read(file, &f)
		if root == nil {
			continue
		}
		for i, a := range f.Agencies {
			line := lineOf(root, "agencies", i)
			_, taken := l.e.agency[a.ID]
			l.id(file, line, a.ID, taken)
			l.agency(file, line, &a)
			l.e.agency[a.ID] = a
			l.e.agencies = append(l.e.agencies, a)
		}
	}
}

func (l *loader) agency(file string, line int, a *Agency) {
	if a.Name == "" || len(a.Sources) == 0 {
		l.add(file, line, fmt.Sprintf("agency %q lacks a name or a source", a.ID), "real organisations appear with public facts only, each with its source")
	}
	if _, ok := l.e.terms["agency-kinds"][a.Kind]; !ok && !l.broken["vocabularies.yaml"] {
		l.add(file, line, fmt.Sprintf("agency %q has unknown kind %q", a.ID, a.Kind), "use a term of agency-kinds")
	}
	if a.County != "" {
		if _, ok := l.e.terms["counties"][a.County]; !ok && !l.broken["vocabularies.yaml"] {
			l.add(file, line, fmt.Sprintf("agency %q stands in unknown county %q", a.ID, a.County), "use a term of counties")
		}
	}
	if a.Confidential && a.Town != "" {
		l.add(file, line, fmt.Sprintf("agency %q is confidential but its town is named", a.ID), "leave the county at most: a hiding place is not told")
	}
	if a.Verified != "" {
		if _, err := time.Parse(time.DateOnly, a.Verified); err != nil {
			l.add(file, line, fmt.Sprintf("agency %q: verified %q is no date", a.ID, a.Verified), "write the day of the call as 2026-03-27, or null")
		}
	}
	for _, s := range a.Services {
		if _, ok := l.e.service[s]; !ok && !l.broken["services.yaml"] {
			l.add(file, line, fmt.Sprintf("agency %q offers unknown service %q", a.ID, s), "use an id of services.yaml")
		}
	}
	if a.Role != nil {
		l.words(file, line, "role of "+a.ID, a.Role)
	}
	if a.Serves != nil {
		l.words(file, line, "serves of "+a.ID, a.Serves)
	}
}

package publish

// serviceForms are the pieces of one service and where its relatives stand.
type serviceForms struct {
	encoded
	id, name, status, changed string

	org          int32
	at           []int32
	program      []byte
	confidential bool
}

type orgForms struct {
	encoded
	places, services []int32
}

type atLocationForms struct {
	encoded
	service, place int32
}

// form appends item i to dst in one of the forms that the API knows.
type form func(dst []byte, i int32) []byte

// serviceMinimal is the least that keeps the schema of a service. The API
// description asks for "id and modified_date" only, which no schema allows.
func (s *Snapshot) serviceMinimal(dst []byte, i int32) []byte {
	v := &s.services[i]
	dst = append(append(dst, `{"id":"`...), v.id...)
	dst = append(append(dst, `","name":`...), quoted(v.name)...)
	dst = append(append(append(dst, `,"status":"`...), v.status...), '"')
	if v.changed != "" {
		dst = append(append(append(dst, `,"last_modified":"`...), v.changed...), '"')
	}
	return append(dst, '}')
}

func quoted(text string) []byte {
	b, _ := marshal(text) // a string always marshals
	return b
}

// serviceItem holds one-to-one fields only.
func (s *Snapshot) serviceItem(dst []byte, i int32) []byte {
	v := &s.services[i]
	dst = append(append(dst, v.own...), `,"organization":`...)
	dst = append(append(dst, s.orgs[v.org].own...), '}')
	return append(s.programOf(dst, v), '}')
}

func (s *Snapshot) programOf(dst []byte, v *serviceForms) []byte {
	if v.program == nil {
		return dst
	}
	return append(append(dst, `,"program":`...), v.program...)
}

// serviceFull is everything about a service. The organisation of a
// confidential one comes without its locations: a reader would take one of
// them for the place.
func (s *Snapshot) serviceFull(dst []byte, i int32) []byte {
	v := &s.services[i]
	dst = append(s.serviceOpen(dst, v), `,"organization":`...)
	org := &s.orgs[v.org]
	dst = append(append(dst, org.own...), org.more...)
	if !v.confidential {
		dst = s.locationsOf(dst, org)
	}
	dst = append(dst, '}')
	return append(s.programOf(dst, v), '}')
}

// serviceOpen is a full service without organisation, program and brace.
func (s *Snapshot) serviceOpen(dst []byte, v *serviceForms) []byte {
	dst = append(append(dst, v.own...), v.more...)
	for n, at := range v.at {
		dst = comma(dst, n, `,"service_at_locations":[`)
		dst = append(s.atLocationOpen(dst, at), '}')
	}
	return closeList(dst, len(v.at))
}

// serviceOfOrg is a full service as it stands in its organisation.
func (s *Snapshot) serviceOfOrg(dst []byte, i int32) []byte {
	v := &s.services[i]
	return append(s.programOf(s.serviceOpen(dst, v), v), '}')
}

func (s *Snapshot) atLocationOpen(dst []byte, i int32) []byte {
	at := &s.atLocations[i]
	dst = append(append(append(dst, at.own...), at.more...), `,"location":`...)
	return s.placeFull(dst, at.place)
}

func (s *Snapshot) placeFull(dst []byte, i int32) []byte {
	return append(append(append(dst, s.places[i].own...), s.places[i].more...), '}')
}

func (s *Snapshot) locationsOf(dst []byte, org *orgForms) []byte {
	for n, p := range org.places {
		dst = comma(dst, n, `,"locations":[`)
		dst = s.placeFull(dst, p)
	}
	return closeList(dst, len(org.places))
}

// comma opens a list before its first element and parts the others.
func comma(dst []byte, n int, open string) []byte {
	if n == 0 {
		return append(dst, open...)
	}
	return append(dst, ',')
}

func closeList(dst []byte, n int) []byte {
	if n == 0 {
		return dst
	}
	return append(dst, ']')
}

func (s *Snapshot) orgItem(dst []byte, i int32) []byte {
	return append(append(dst, s.orgs[i].own...), '}')
}

// orgFull holds services by id, name and status; orgWithServices holds all.
func (s *Snapshot) orgFull(dst []byte, i int32) []byte { return s.orgWith(dst, i, s.serviceMinimal) }

func (s *Snapshot) orgWithServices(dst []byte, i int32) []byte {
	return s.orgWith(dst, i, s.serviceOfOrg)
}

func (s *Snapshot) orgWith(dst []byte, i int32, service form) []byte {
	o := &s.orgs[i]
	dst = append(append(dst, o.own...), o.more...)
	dst = s.locationsOf(dst, o)
	for n, v := range o.services {
		dst = comma(dst, n, `,"services":[`)
		dst = service(dst, v)
	}
	return append(closeList(dst, len(o.services)), '}')
}

// atLocationItem holds one-to-one fields only.
func (s *Snapshot) atLocationItem(dst []byte, i int32) []byte {
	at := &s.atLocations[i]
	dst = append(append(dst, at.own...), `,"location":`...)
	dst = append(append(dst, s.places[at.place].own...), `},"service":`...)
	return append(s.serviceItem(dst, at.service), '}')
}

// atLocationFull holds the whole service, but not again its places.
func (s *Snapshot) atLocationFull(dst []byte, i int32) []byte {
	at := &s.atLocations[i]
	dst = append(s.atLocationOpen(dst, i), `,"service":`...)
	v := &s.services[at.service]
	dst = append(append(append(dst, v.own...), v.more...), `,"organization":`...)
	org := &s.orgs[v.org]
	dst = append(append(append(dst, org.own...), org.more...), '}')
	return append(s.programOf(dst, v), '}', '}')
}

func (s *Snapshot) taxonomy(dst []byte, i int32) []byte { return whole(dst, &s.taxonomies[i]) }

func (s *Snapshot) term(dst []byte, i int32) []byte { return whole(dst, &s.terms[i]) }

func whole(dst []byte, e *encoded) []byte {
	return append(append(append(dst, e.own...), e.more...), '}')
}

package intake

import (
	"encoding/json"
	"reflect"
	"slices"

	"rufaa/internal/hsds"
)

// verify checks what no schema can: telephone numbers, places, hours, terms,
// and that nothing tells where a confidential service is. It normalises in
// place.
func (in *intake) verify(r *Record) (out []finding) {
	out = append(out, in.phones("organization.phones", r.Organization.Phones)...)
	out = append(out, in.contacts("organization.contacts", r.Organization.Contacts)...)
	for i := range r.Services {
		s, path := &r.Services[i], "services."
		if len(r.Services) == 1 {
			path = ""
		}
		out = append(out, in.phones(path+"phones", s.Phones)...)
		out = append(out, in.contacts(path+"contacts", s.Contacts)...)
		out = append(out, overlapping(path+"schedules", s.Schedules)...)
		if !ages(s.MinimumAge, s.MaximumAge) {
			out = append(out, found(path+"minimum_age", "age"))
		}
	}
	for i := range r.AtLocations {
		at := &r.AtLocations[i]
		out = append(out, in.phones("service_at_locations.phones", at.Phones)...)
		out = append(out, in.contacts("service_at_locations.contacts", at.Contacts)...)
		out = append(out, overlapping("service_at_locations.schedules", at.Schedules)...)
	}
	hidden := in.hide(r)
	for i := range r.Locations {
		out = append(out, in.location("location.", &r.Locations[i])...)
		out = append(out, in.contacts("location.contacts", r.Locations[i].Contacts)...)
	}
	out = append(out, hidden...)
	return append(out, in.allAttributes("attributes", reflect.ValueOf(r).Elem())...)
}

func (in *intake) contacts(path string, list []hsds.Contact) (out []finding) {
	for i := range list {
		out = append(out, in.phones(at(path, i, "phones"), list[i].Phones)...)
	}
	return out
}

// hide takes away the places of confidential services. A location that is
// marked itself, or known to be confidential, goes too.
func (in *intake) hide(r *Record) (out []finding) {
	var gone []string
	for i := range r.Services {
		s := &r.Services[i]
		s.Confidential = s.Confidential || marksPlace(s.Attributes) || in.Hidden(s.ID)
		if !s.Confidential {
			continue
		}
		for _, at := range r.AtLocations {
			if at.ServiceID == s.ID {
				gone = append(gone, at.LocationID)
			}
		}
		for j := range s.Contacts {
			s.Contacts[j].LocationID = ""
		}
		if tellsPlace(s) {
			out = append(out, found("service", "confidential_text"))
		}
	}
	for i := range r.Locations {
		if l := &r.Locations[i]; l.Confidential || marksPlace(l.Attributes) || in.Hidden(l.ID) {
			gone = append(gone, l.ID)
		}
	}
	if len(gone) == 0 {
		return out
	}
	r.concealed = gone
	coordinates := false
	r.Locations = slices.DeleteFunc(r.Locations, func(l hsds.Location) bool {
		leaves := slices.Contains(gone, l.ID)
		coordinates = coordinates || leaves && (l.Latitude != nil || l.Longitude != nil)
		return leaves
	})
	r.AtLocations = slices.DeleteFunc(r.AtLocations, func(a hsds.ServiceAtLocation) bool { return slices.Contains(gone, a.LocationID) })
	key := "confidential_address"
	if coordinates {
		key = "confidential_coordinates"
	}
	return append(out, found("location", key).as(LeftOut))
}

func tellsPlace(s *hsds.Service) bool {
	raw, err := json.Marshal(s)
	return err != nil || hsds.Pinpoints(string(raw))
}

var attributeList = reflect.TypeFor[[]hsds.Attribute]()

// allAttributes checks the attributes of everything in a record.
func (in *intake) allAttributes(path string, v reflect.Value) (out []finding) {
	switch v.Kind() {
	case reflect.Slice:
		if v.Type() == attributeList {
			return in.attributes(path, v.Interface().([]hsds.Attribute))
		}
		for i := range v.Len() {
			out = append(out, in.allAttributes(path, v.Index(i))...)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.Kind() == reflect.Slice || f.Kind() == reflect.Struct {
				out = append(out, in.allAttributes(path, f)...)
			}
		}
	}
	return out
}

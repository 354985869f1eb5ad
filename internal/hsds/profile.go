package hsds

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// ProfileFiles are the Kenya protection profile: merge patches named like the
// schemas they change, its terms, and README.md.
//
//go:embed profile
var ProfileFiles embed.FS

// Terms of the profile that the program itself asks for.
const (
	PlaceHidden        = "place-hidden"         // on a service: its place is confidential
	CapacityFreshUntil = "capacity-fresh-until" // on a capacity: value is a time, RFC 3339
	HoursIntake        = "hours-intake"         // on a schedule
	HoursPhone         = "hours-phone"          // on a schedule
)

// profileIDs gives the profile's terms ids that are the same on every server.
var profileIDs = NewIDs("profile/kenya-protection")

// ProfileTermID is the id of a term of the profile.
func ProfileTermID(code string) string { return profileIDs.Of("taxonomy_term", code) }

type termSet struct {
	Code, Name, Description string
	Terms                   []struct{ Code, Name, Description string }
}

// ProfileTerms gives the taxonomies and terms of the profile.
func ProfileTerms() ([]Taxonomy, []Term, error) {
	raw, err := ProfileFiles.ReadFile("profile/terms.json")
	if err != nil {
		return nil, nil, fmt.Errorf("profile: %w", err)
	}
	var sets []termSet
	if err := json.Unmarshal(raw, &sets); err != nil {
		return nil, nil, fmt.Errorf("profile: terms.json: %w", err)
	}
	var taxonomies []Taxonomy
	var terms []Term
	for _, s := range sets {
		tax := Taxonomy{ID: profileIDs.Of("taxonomy", s.Code), Name: s.Name, Description: s.Description, Version: "1.0"}
		taxonomies = append(taxonomies, tax)
		for _, t := range s.Terms {
			terms = append(terms, Term{ID: ProfileTermID(t.Code), Code: t.Code, Name: t.Name,
				Description: t.Description, Taxonomy: s.Name, TaxonomyID: tax.ID, Language: "en"})
		}
	}
	return taxonomies, terms, nil
}

// applyProfile merges every patch into the schema of its name.
func applyProfile(docs map[string]document) error {
	files, err := fs.Glob(ProfileFiles, "profile/*.json")
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(path.Base(f), ".json")
		if name == "terms" {
			continue
		}
		patch, err := readDocument(ProfileFiles, f)
		if err != nil {
			return err
		}
		if docs[name] == nil {
			return fmt.Errorf("profile: %s patches no schema", f)
		}
		docs[name] = mergePatch(docs[name], patch).(document)
	}
	addWhole(docs)
	return nil
}

// mergePatch applies an RFC 7386 patch, by the pseudocode of its section 2.
func mergePatch(target, patch any) any {
	changes, ok := patch.(document)
	if !ok {
		return patch
	}
	merged := document{}
	if t, ok := target.(document); ok {
		for k, v := range t {
			merged[k] = v
		}
	}
	for k, v := range changes {
		if v == nil {
			delete(merged, k)
			continue
		}
		merged[k] = mergePatch(merged[k], v)
	}
	return merged
}

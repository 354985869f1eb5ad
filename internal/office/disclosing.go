package office

import (
	"context"

	"rufaa/internal/bundle"
	"rufaa/internal/disclosure"
	"rufaa/internal/witness"
)

// Discloser makes bundles for a court, the prosecution or the defence.
func (of *Office) Discloser() *disclosure.Maker {
	return &disclosure.Maker{Realm: of.Realm, Cases: of.Cases, Texts: of.Texts, Witnessed: of.witnessed, Papers: of.courtPapers,
		Ready: of.Files.Ready, Evidence: of.ofCase, Inquiries: of.Inquiries, Inquiry: of.ofInquiry}
}

func (of *Office) witnessed(ctx context.Context, size int64) ([]bundle.Cosignature, error) {
	lines, err := witness.Of(ctx, of.Store, size)
	out := []bundle.Cosignature{}
	for _, l := range lines {
		out = append(out, bundle.Cosignature(l))
	}
	return out, err
}

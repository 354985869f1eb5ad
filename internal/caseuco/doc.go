// Package caseuco writes an investigation in the form other agencies' forensic
// tools read: CASE 1.4 over UCO 1.4, as JSON-LD (caseontology.org).
//
// It owns the form and nothing else: who fills a Dossier asks who may have it.
// It imports nothing of this program. It says:
//
//   - the Investigation, with everything below as its objects;
//   - a ProvenanceRecord for every exhibit, with its number, about the thing
//     itself (a Device, an ObservableObject or an UcoObject);
//   - an InvestigativeAction for the finding and for every later step of the
//     chain, performed by somebody, on the provenance record of the step before
//     it and resulting in one of its own: the chain of custody as CASE has it;
//   - where a step happened, as a Location: a store, a laboratory, a court or the
//     scene, and when it was told as well as when it was;
//   - laboratories' requests and results, and forensic tools' reports of digests
//     in numbers, as InvestigativeActions;
//   - the guided steps of a scene, done and skipped, as InvestigativeActions, with a
//     ProvenanceRecord that groups what each led to, and what was added to it later
//     as an action that it informed;
//   - files with their sizes and digests, derived ones with what they came from
//     and the tool that made them.
//
// It keeps true:
//
//   - A person is an opaque identifier: no name, no number, no address of
//     anybody, and no place where a person stays. A Dossier has no field for one.
//   - The same Dossier gives the same bytes; identifiers end in a UUID that is
//     computed from what they name, so that two exports can be compared.
//   - What is written validates against the published SHACL shapes, which stand
//     in testdata/shapes with their licence; a test runs them (e2e/caseuco.test.mjs).
package caseuco

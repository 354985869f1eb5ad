// Package evidencefile owns files: the photos, recordings, phone extractions
// and documents of an inquiry, and what is attached to a case.
//
// A file is a stream of its own, "file/<id>", that begins when its content is
// all there; until then it is an upload, which is no event. Contents lie in
// internal/blob. It may import casefile (Admitted, Load, GroundFor), inquiry
// (Load), hashlist, blob, policy, realm and the floors below. Kinds, limits
// and tolerances are data (content/files.yaml).
//
// It keeps true:
//
//   - The original is never altered. What is made from it (a redaction, a
//     thumbnail, a transcript) is a file of its own that names its parent and
//     the tool.
//   - A file has one compartment. Of a case it is shown, and its existence
//     told, to those whose duty opens that compartment; it opens on the same
//     grounds. Of an inquiry it is its team's.
//   - Before anything reads a content, its digests are held against the hash
//     lists. One that stands there is destroyed: the key at once, then the
//     pieces. The ledger keeps the id of the list and nothing of the file. So
//     ends what was on its way to an exhibit that became such material.
//   - Nothing leaves before its opening is recorded; a preview is a new picture
//     that the platform drew itself, and only where previews are allowed: at a scene
//     of child sexual exploitation by a second person, photo by photo, and never
//     of what stands on a list or belongs to such material.
//   - File names, words and places are sealed. The digest of evidence is plain,
//     so that anybody can hold a copy against it; that of an attachment is
//     sealed, so that nothing of a forgotten person can be guessed.
package evidencefile

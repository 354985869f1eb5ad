// Package hashlist owns lists of digests of known child sexual abuse material,
// and the digests that are held against them. It never sees a picture: digests
// come from lists, from forensic tools, and from the hashing of an upload.
//
// A list is a stream "hashlist/<id>". It may import policy, realm and the floors
// below. Files ask it through Match, Mark and Hits; exhibits hand it a forensic
// tool's report through Take, and ask Standing what of it stands on lists.
//
// It keeps true:
//
//   - No digest of a list or of a report stands anywhere as it was written: what
//     is kept is a keyed HMAC (the key file's index key), cut to 16 bytes, so
//     that a stolen database is no list, and nobody can try out what is on it.
//   - Matching opens nothing. Of a file it answers with the id of a list alone;
//     of a report with numbers: how many items stand on lists, by the category
//     that the list gives. Which items, it says to nobody: that stays with the
//     forensic tool.
//   - Of a list or a report only digests and categories are read. A field that is
//     long enough, or looks, to carry a picture ends the reading: nothing is
//     taken in, and nothing of it is kept or repeated.
//   - A list comes into force whole or not at all. One that is withdrawn is
//     forgotten; its event stays.
package hashlist

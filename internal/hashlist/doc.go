// Package hashlist owns lists of digests of known child sexual abuse material,
// and the digests that are held against them. It never sees a picture: digests
// come from lists, from forensic tools, and from the hashing of an upload.
//
// A list is a stream "hashlist/<id>", a report of a forensic tool a stream
// "digests/<id>". It may import policy, realm and the floors below. Files ask
// it through Match, Mark and Hits.
//
// It keeps true:
//
//   - No digest of a list stands anywhere as it was written: what is kept is a
//     keyed HMAC (the key file's index key), cut to 16 bytes, so that a stolen
//     database is no list, and nobody can try out what is on it.
//   - Matching opens nothing and answers with the id of a list, never with a
//     category, a name or a picture.
//   - A list comes into force whole or not at all. One that is withdrawn is
//     forgotten; its event stays.
//   - A report says of an exhibit how many digests there were and how many stand
//     on lists. Which, it does not say: that stays with the forensic tool.
package hashlist

// Package exhibit owns exhibits: what was taken up at a scene, under which
// number, whose it is, who has had it since, what the laboratory was asked and
// said, and how it ended. What is wrong with a chain is computed by custody.
//
// An exhibit is a stream "exhibit/<id>"; the numbers of a scene are a stream
// "series/<scene>". It may import custody, hashlist (Take, Standing), policy,
// realm, valid, content and the floors below. It knows a scene only as a Scene, which the office tells
// it (Options.Scene): series, agency, who works there, kind of material.
//
// It keeps true:
//
//   - A seal's number is put on something once, ever: its row is the first one's,
//     written in the transaction that puts it on.
//   - What lies together is held against the scene's rule of separation in the
//     transaction that packs; it is set aside there, not here.
//   - Numbers of a scene are 1, 2, 3, … without a gap, and none is given twice,
//     also when two telephones record at once. A number that comes with the
//     exhibit (from a roll of labels) must be the next one.
//   - A hand-over has two sides. The giver tells one; the other is told by the
//     receiver, signed in, or stands on a paper that somebody else than the
//     giver attests. Until then the giver has it and answers for it.
//   - Only who has it acts on it; only for whom it is confirms. One hand-over
//     is open at a time. What was returned or destroyed stays so.
//   - A correction adds; what stood there stays.
//   - Material of child sexual abuse is a row with a seal, a count, a device, a
//     lawful custodian and digests from a forensic tool's report: never a file,
//     a picture or a reference to one. What of the digests stands on lists is
//     told by category and count, never which.
//   - A mark at which an exhibit lay is on the sketch of its scene, plain or on a
//     photo.
//   - A file that is named with an exhibit is there, of the same inquiry and
//     scene, and known to who names it; else it is told as if there were none.
//   - Who is neither on the scene's team nor ever had the exhibit, nor is asked
//     to receive it, learns nothing: not that it exists.
//   - Whatever is written in words is sealed as "inquiry" under the exhibit's
//     own key; kinds, numbers, seals, places of the register, times and staff
//     are plain, because the chain is computed from them.
package exhibit

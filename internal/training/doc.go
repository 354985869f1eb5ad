// Package training is the record of courses: who attended, what people knew
// before, after and months later, and the certificates that they take along.
//
// One course is one stream, "course/<id>". It may import measure (cells that are
// too small), exercise (who came to the exercise that a course belongs to),
// policy, realm, vault and the floors below.
// The questions are data (content/training/*.yaml).
//
// It keeps true:
//
//   - Nobody reads how one person did but that person. What is reported is
//     about the group, and cells of fewer than measure.Least people are withheld.
//   - A seat is known by an opaque account made of course and person with the
//     realm's key; it stands in exports in place of anybody.
//   - The learning gain is that of cohort means, over those who sat both tests,
//     with an interval; the same answers give the same interval.
//   - A name is on a certificate by consent alone. It is sealed, opens to
//     whoever holds the code, and goes when consent is taken back: the
//     certificate stays true without it.
//   - Nothing leaves by itself: statements for a learning system are a file. Only
//     where the operator of the server sets a learning record store are they
//     pushed to it, and to no other address: through the outbox of notices
//     (HandOver), under the same opaque accounts and the same ids each time. That
//     is the one thing that leaves a realm of kind exercise (decision 0070).
package training

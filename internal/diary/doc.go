// Package diary owns a person's days: what of the cases whose team one is on
// has a day or a clock, as a calendar, as a sheet for one day, and as a feed
// (iCalendar, RFC 5545) that a telephone's calendar can take.
//
// It owns the table calendar_feeds. It imports casefile, policy, realm and the
// floors below; other rooms hand in what they know of somebody's days (Source).
//
// It keeps true:
//
//   - A day shows what its reader may see of the case at that moment, through
//     the same frame as the page of the case, and nothing that identifies.
//   - A feed tells no reference and no kind of help: "Rufaa: task due", a day
//     or an hour, and an id that means nothing elsewhere. It is reached by a
//     secret address that its owner makes, replaces and revokes; the address is
//     kept as a hash. It ends with the account, the duty or the agency.
package diary

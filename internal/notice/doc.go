// Package notice owns notices: a line that somebody must see, in the page, by
// e-mail, by SMS, or as a signed webhook to an agency's own system.
//
// What is told to whom and how urgently is data (content/notices.yaml). A
// notice row is written in the transaction of the event that causes it: case
// events reach the room through Case, which the case room calls for each, and
// referral., likeness., file., exhibit., scene. and notice. events through a projection. Clocks
// that come near are events of this room's own, in the stream "notice/<case>", or
// "notice/<exhibit>" of a victim's own property.
//
// It owns the tables notices, notices_seen, notice_* and webhooks. It imports
// casefile, referral, likeness, evidencefile, exhibit and scene (their events and states), courier, policy,
// realm and the floors below. Who is who is handed in (People); it never
// imports accounts.
//
// What leaves the building takes four steps, each its own transaction, so that
// a kill between any two of them loses nothing:
//
//	notices -> (Spread) notice_pending -> (Gather) notice_outbox -> (Send) sent
//
// It keeps true:
//
//   - Nothing of a case leaves: no name, reference, place or count of a case
//     stands in e-mail, SMS or webhook; the link leads to a page that asks for
//     the sign-in. Survivors' addresses are never used.
//   - Nothing goes to an address that its owner has not verified, nor to
//     somebody whose account is not open at that moment.
//   - Each notice goes to a person once a channel. A message keeps its id at
//     every try. A crash between the receiver's yes and our note of it repeats
//     the message with the same id: at least once on the wire.
//   - A rebuild of the read models sends nothing again, and gives the same rows.
//   - A realm that is not for real use sends nothing: what it would have sent
//     is kept for the person to read (Captured); while an exercise is played,
//     in the mailbox of the exercise (Box). Statements of courses alone leave
//     it too, to the learning record store that the operator sets (LRS): they
//     are handed in by the room whose they are, and never die of a store that
//     is away.
package notice

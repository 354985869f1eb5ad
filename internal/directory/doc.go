// Package directory owns the map of service providers: organisations, their
// services and places, opening and intake hours, eligibility, capacity, the
// holds on it, vetting, and the ranking of those who can take somebody now.
//
// A provider is a stream of its own, "provider/<id>". It may import policy,
// realm and the floors below. It knows no case: a hold names its case by a
// keyed digest only. Pages, API and the open standard are built on Find, Rank,
// View, Each and the commands.
//
// It keeps true:
//
//   - A fact is yes, no or not known. Not known is never told as no, and never
//     shuts anybody out; it is said and asked for.
//   - One function, Openness, decides whether a place is open, for the filter,
//     the list and the page. Intake hours are not opening hours.
//   - Name, address and position of a confidential place are sealed under the
//     provider's own key (compartment whereabouts). Events, tables, the index
//     and logs hold its county alone. Nothing that Find or Rank answers depends
//     on its true position: distance, order and safety are computed from the
//     county, so that no number of questions finds it. Only the provider's own
//     staff open the place, and each opening is recorded.
//   - A free place is what was reported, less the running holds. A hold on what
//     is not free is refused, whoever asks at the same moment.
//   - The index in memory holds what the tables hold; the tables are folded from
//     the ledger in the transaction of each command.
package directory

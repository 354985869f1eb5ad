// Package search finds persons over sealed data: by phone and identity number
// exactly, by name nearly.
//
// It owns the keyed tokens and name filters, made from the clear at the moment
// of sealing, and the index of filters in memory. It imports internal/store
// and internal/keyfile.
//
// It keeps true:
//
//   - Nothing here can be turned back into a name or number without the
//     realm's keys; with them a guess can be tested, so tokens are treated as
//     personal data and every probe is limited and recorded by the caller.
//   - A name search goes over every filter, whatever may be shown. What the
//     asking person may see is applied to the candidates afterwards, to all of
//     them, so that the work does not tell what is hidden.
//   - Forgetting a person takes the tokens from the store and the filters from
//     memory.
//   - A search finds what any server of the realm wrote before it, and nothing
//     that any of them forgot: filters in memory follow the numbered changes
//     in the store.
//
// A filter is a cryptographic longterm key (CLK): 1024 bits, set by keyed
// HMAC-SHA256 of the bigrams of each part of the name. Parts are taken apart
// and folded first, so that their order and the many ways in which Swahili,
// Somali, Oromo, Amharic and Arabic names are written in Latin letters matter
// little. Filters are compared by their Dice coefficient.
//
// Beside the filters stand a person's names part by part, in their order: keyed
// tokens, sealed for her row, because equal parts in the clear would be counted
// and the most frequent ones guessed. They are read for those alone whom filters
// or numbers bring near, when two persons are compared; a search by name never
// reads them. Whoever was written before they were kept has none.
package search

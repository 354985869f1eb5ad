// Package certificate owns the certificates of electronic evidence (Evidence
// Act s.106B): prefilled from the record, reviewed and signed by the person
// who is responsible for the device or the work, printed for a signature by
// hand.
//
// A certificate is a stream "certificate/<id>" and belongs to an inquiry. It may
// import inquiry (Admitted, OpenItems), casefile (Order), policy, realm, valid,
// vault and the floors below. What can be certified (exhibits, files) comes in
// as Things, which the office asks the rooms that own them for.
//
// It keeps true:
//
//   - A certificate names what it is about by number and digest, as the record
//     has them when it is drafted: nobody types a digest.
//   - Only the person named as responsible signs it, and proves anew who they
//     are in that moment. What is signed is one text in one form: the platform
//     signs its digest (Ed25519), the ledger keeps who signed and when.
//   - What is signed does not change. It is revoked, with a reason, or replaced
//     by another that names it.
//   - Words are sealed as "inquiry" under the inquiry's key.
//   - The platform certifies nothing itself and gives no legal advice: s.106B and
//     s.78A are read differently by courts, which the page and the paper say.
package certificate

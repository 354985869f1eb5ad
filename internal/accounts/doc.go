// Package accounts keeps who works with Rufaa: agencies, their staff, the
// duties each person may act in, and how they prove who they are.
//
// It owns the tables agencies, staff, recovery_codes, invitations, sessions,
// sign_in_misses, passkeys, ceremonies, sign_ons and sign_on_links. It imports
// store, problem, valid and signon; ledger and vault are handed in as functions
// (Options.Audit, Seal, Unseal). Whether somebody may do what they ask is
// decided at the policy door before the call; this package keeps only the rules
// that hold for everybody.
//
// A sign-in goes through stages. SignIn checks the password and gives a token
// that is good for the second factor alone; SecondFactor takes a code and
// gives the token of a full session. Somebody without a second factor gets a
// token for Enrolment and ConfirmSecondFactor instead. A passkey, or an agency's
// sign-on that asserts a second factor, is both at once. Whoever has not
// accepted the present code of conduct gets a token for AcceptConduct. Only
// Authenticate of a full session gives a Principal.
//
// It keeps true:
//
//   - What a stranger learns from a failed sign-in is the same for an unknown
//     name, a wrong password, a locked, suspended, left or not yet opened
//     account: one error, one password hash, one durable write.
//   - Nobody signs in without a second factor, except demonstration staff in a
//     demonstration realm. A realm that is not one refuses them.
//   - Tokens, links and recovery codes are kept as hashes; TOTP secrets and
//     those of sign-ons are sealed before they reach the store. Each works once, or until revoked.
//   - Suspended, left and invited staff, and those of a closed agency, have no
//     live session: their sessions end in the transaction of the change.
//   - Whatever an agency's sign-on says, it lets in only whom somebody invited
//     and linked, and whose account is open at that moment. Leaving ends
//     sessions, links, passkeys and steps half done in one transaction.
//   - An agency with an administrator keeps one, but for a suspension.
//   - A revocation takes effect at once, on every server of the realm: one that
//     shares its database with others remembers no session (decision 0102).
//   - Every change leaves an account.* event in the same transaction. It holds
//     ids, vocabulary and the issuer of a sign-on, never a name, a person's
//     address or what was typed.
package accounts

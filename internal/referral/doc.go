// Package referral owns the hand-offs between agencies: what is disclosed to
// whom and on what ground, the answer within a clock, the work, the feedback.
//
// A referral is a stream of its own, "referral/<id>"; each step is noted in
// the case's stream in the same transaction (casefile.ReferralNoted). It may
// import casefile (Load, Ground, Items), policy, realm and the floors below.
//
// It keeps true:
//
//   - Nothing is disclosed that was not in the preview the sender saw, and
//     nothing is in the preview without consent or another recorded ground
//     for exactly that agency, purpose and compartment (CTIPA s.11; Data
//     Protection (General) Regulations reg. 4).
//   - What was disclosed is sealed again under the person's own keys: when
//     she is forgotten, so is every referral.
//   - A referral is answered once. When nobody answers in time the clock
//     escalates it to the Secretariat, exactly once.
//   - The receiving agency joins the case's team by accepting, never before, and
//     leaves it when the last referral that brought it there is taken back.
package referral

// Package office opens one realm with all its rooms: accounts, cases,
// referrals, texts, and the clockwork that runs beside them.
//
// Pages, API and command line work through an Office and never reach a room's
// insides. It imports the rooms and everything below them; it decides nothing.
package office

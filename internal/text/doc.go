// Package text gives every word that Rufaa says, in the reader's language.
//
// Catalogs are flat YAML files, content/text/<area>.<language>.yaml:
//
//	referral.send.done: "Sent to {agency}."
//	referral.waiting:
//	  one: "{n} referral waits"
//	  other: "{n} referrals wait"
//
// Placeholders stand in braces; plural forms are those of CLDR. A language is
// added by adding its files.
//
// It imports nothing of Rufaa and keeps true: every key stands once in every
// language with the same placeholders, or nothing loads and the error names
// file, line and remedy. Times are shown in Africa/Nairobi.
package text

// Package valid checks input at the border, once, for pages and API alike:
// lengths, characters that hide (control, bidirectional), dates, ages, phone
// numbers, terms of a vocabulary.
//
// It imports internal/problem only. A Check gathers every problem instead of
// stopping at the first. What it returns is normalised (NFC, trimmed) and is
// what may be stored.
package valid

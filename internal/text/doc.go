// Package text gives every word that Rufaa says, in the reader's language.
//
// Catalogs are flat YAML files, content/text/<area>.<language>.yaml, with
// placeholders in braces and plural forms by CLDR category. It imports
// nothing of Rufaa and keeps true: every key stands in every language with
// the same placeholders, or nothing loads. Times are shown in Africa/Nairobi.
package text

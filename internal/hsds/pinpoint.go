package hsds

import "regexp"

// pinpoint finds a position in free text: a pair of decimal degrees with three
// or more digits, degrees and minutes, a plus code, three words, a link to a map.
var pinpoint = regexp.MustCompile(`(?i)-?\d{1,3}[.,]\d{3,}\s*°?\s*[NSEW]?\s*[,;/ ]\s*-?\d{1,3}[.,]\d{3,}` +
	`|\d{1,3}\s*°\s*\d{1,2}\s*['′]` +
	`|\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\b` +
	`|///?[a-z]+\.[a-z]+\.[a-z]+\b` +
	`|maps\.app\.goo|goo\.gl/maps|google\.[a-z.]+/maps|maps\.google|openstreetmap\.org|what3words|waze\.com|geo:-?\d`)

// Pinpoints tells whether a text holds a position on the map. No text of a
// confidential service may.
func Pinpoints(text string) bool { return pinpoint.MatchString(text) }

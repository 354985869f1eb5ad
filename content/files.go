// Package content carries the data files that make Rufaa Kenyan: agencies,
// questionnaires, clocks, vocabularies, rules, policies and texts. A
// deployment may lay its own folder over them (rufaa serve --content).
package content

import "embed"

// Files holds every data file by its path, e.g. "clocks.yaml".
//
//go:embed *.yaml agencies/*.yaml questionnaires/*.yaml policy/*.cedar text/*.yaml
var Files embed.FS

// Package directory holds the directory's data files as they are built into the
// program: its words and thresholds, the middles of the counties, and the
// public facts it starts with. internal/directory reads and checks them.
package directory

import "embed"

// Files holds every data file by its name, e.g. "taxonomy.yaml".
//
//go:embed *.yaml
var Files embed.FS

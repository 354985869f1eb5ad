package content

import "embed"

// Files holds every data file by its path, e.g. "clocks.yaml".
//
//go:embed *.yaml agencies/*.yaml questionnaires/*.yaml policy/*.cedar steps/*.yaml text/*.yaml scenario/*.yaml
var Files embed.FS

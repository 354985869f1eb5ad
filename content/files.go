package content

import "embed"

// Files holds every data file by its path, e.g. "clocks.yaml".
//
<<<<<<< HEAD
//go:embed *.yaml agencies/*.yaml questionnaires/*.yaml policy/*.cedar text/*.yaml scenario/*.yaml training/*.yaml
=======
//go:embed *.yaml agencies/*.yaml questionnaires/*.yaml policy/*.cedar steps/*.yaml text/*.yaml scenario/*.yaml
>>>>>>> main
var Files embed.FS

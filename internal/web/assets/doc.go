// Package assets holds the style sheet, script and icons of the pages inside
// the program and serves them.
//
// They are made by `npm ci && npm run build` in web/ into dist/, which is not
// committed: each file under a name with the digest of its content, its gzip
// and brotli twins, and manifest.json from plain to hashed names. The browser
// keeps a file for a year and never asks again; a change has a new name.
//
// It imports nothing of Rufaa. It keeps true: only files that the manifest
// names are served, nothing is read from disk or network at run time, and a
// program compiled without them says so at start (Check) instead of showing
// bare pages.
package assets

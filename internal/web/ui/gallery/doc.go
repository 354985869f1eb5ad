// Command gallery serves pages that show every component of internal/web/ui,
// for the eye and for the browser checks in e2e/. It is no part of the
// program. Everything on its pages is invented.
//
//	go run ./internal/web/ui/gallery --addr 127.0.0.1:0
//
// prints one line `ready http://HOST:PORT` when it serves.
package main

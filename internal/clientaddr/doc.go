// Package clientaddr finds the address a request really comes from when a
// proxy stands in front, for rate limits and for the record of devices.
//
// It owns the middleware that sets a request's RemoteAddr. It imports nothing
// of Rufaa.
//
// It keeps true: a header is believed only as far as proxies that the operator
// named have written it; what a client writes itself is never believed.
package clientaddr

// Package headonly asks a handler what it would answer and lets nothing of the
// answer out. Pages and API tell an unknown address and a wrong method in their
// own words; what they are is the mux's to say.
//
// It keeps true: no byte is written to the one who asked. It imports nothing of
// Rufaa.
package headonly

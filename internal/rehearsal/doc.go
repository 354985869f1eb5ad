// Package rehearsal plays a scenario many times with simulated teams before
// people give five days to it: which injects never fire, how soon victims are
// safe, which beds are missing, whether work overruns the day, and whether the
// criteria tell skilled teams from weak ones.
//
// What is scarce holds work up: players, beds of her kind, and interpreters. Who
// speaks none of the languages in which the teams work waits for one of hers before
// she is asked anything or taken to a safe place.
//
// It may import scenario and clockwork and nothing with storage. It keeps true:
// the same script, habits and seed give the same result, byte for byte. Its
// teams are a model; nothing in it says how real agencies work.
package rehearsal

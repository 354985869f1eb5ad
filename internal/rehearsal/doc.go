// Package rehearsal plays a scenario many times with simulated teams before
// people give five days to it: which injects never fire, how soon victims are
// safe, which beds are missing, whether work overruns the day, and whether the
// criteria tell skilled teams from weak ones.
//
// It may import scenario and clockwork and nothing with storage. It keeps true:
// the same script, habits and seed give the same result, byte for byte. Its
// teams are a model; nothing in it says how real agencies work.
package rehearsal

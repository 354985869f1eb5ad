// Package atlas says where things are: Kenya's 47 counties with their official
// codes and who borders whom, the countries around, which of them a point lies
// in, how far two points are apart, and the map of them that the server draws.
//
// It owns the boundaries in data/ (built by web/atlas/build.mjs from two npm
// packages, committed, embedded) and the SVG and GeoJSON made from them. It
// imports nothing of Rufaa. County ids are the terms of "counties" in
// content/vocabularies.yaml, country ids those of "countries".
//
// It keeps true:
//
//   - Boundaries are simplified by up to about a kilometre and are no position
//     on any line between states or counties. Locate says itself when a point
//     lies too near a line to be decided, so that a person decides.
//   - The map is usable without JavaScript, by keyboard and by screen reader:
//     each county is a link in the order in which one reads, and a value is
//     never told by shade alone.
//   - It carries no inline style: a strict content security policy holds.
//   - Boundaries of counties come under amCharts' linkware terms. Whoever draws
//     the map, or hands out GeoJSON, shows Attribution with it, linked to
//     AttributionURL; the licence files stay in data/ and in the program.
package atlas

// Package stories holds no program: its tests tell cases from the first
// alert to a life rebuilt, through the pages and the API as the agencies would,
// and say at each step what every one of them can and cannot see.
package stories

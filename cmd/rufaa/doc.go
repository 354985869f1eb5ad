// Rufaa is the joint response to trafficking in persons and smuggling of
// migrants as one program: it serves, verifies, backs up and demonstrates.
//
// This package turns words on the command line into calls of the rooms; it
// holds no rule of the domain. The exit status is 0 only when all is well.
package main

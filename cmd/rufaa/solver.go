package main

import (
	"time"

	"rufaa/internal/office"
	"rufaa/internal/placing"
)

// solverWait bounds one question to the solver; a proposal asks two.
const solverWait = 4 * time.Second

// useSolver gives every realm the solver that was asked for. One that was
// named and is not there is an error; auto does without.
func useSolver(offices []*office.Office, program string) error {
	if program == "none" {
		return nil
	}
	name := program
	if program == "auto" {
		name = "cbc"
	}
	sv, err := placing.NewSolver(name, solverWait)
	if err != nil {
		if program == "auto" {
			return nil
		}
		return err
	}
	for _, of := range offices {
		of.Placement.UseSolver(sv)
	}
	return nil
}

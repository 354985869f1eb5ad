package main

import (
	"fmt"
	"time"

	"rufaa/content"
	"rufaa/internal/rehearsal"
	"rufaa/internal/scenario"
)

// rehearse measures plays of the five-day scenario with 40 players, one core.
func rehearse() error {
	const name = "scenario/kaskazi.yaml"
	data, err := content.Files.ReadFile(name)
	if err != nil {
		return err
	}
	script, err := scenario.Load(name, data)
	if err != nil {
		return err
	}
	const plays = 2000
	start := time.Now()
	for i := range plays {
		rehearsal.Once(script, rehearsal.Skilled(), uint64(i))
	}
	fmt.Printf("%-34s %10.0f   plays of five days, 40 players; target 100 a second on one core\n", "rehearsal", plays/time.Since(start).Seconds())
	return nil
}

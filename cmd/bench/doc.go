// Bench measures Rufaa against a bare net/http handler that runs the same SQL
// through the same driver, in the same process and the same run.
//
//	go run ./cmd/bench            # 100,000 cases, 300,000 persons, 2 million events
//	go run ./cmd/bench --quick    # a fiftieth of it, to see that it works
//
// The data set is told once, through the real ledger and projections, and kept
// in the user's cache folder; the numbers in docs/benchmarks.md come from here.
package main

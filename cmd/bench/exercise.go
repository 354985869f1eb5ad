package main

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"rufaa/content"
	"rufaa/internal/accounts"
	"rufaa/internal/exercise"
	"rufaa/internal/office"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
	"rufaa/internal/web"
)

// What the live board is measured with.
const (
	watchers = 60
	changes  = 40
)

// liveBoard measures how long after a command is answered those who watch the
// control room see what it changed.
func liveBoard(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "rufaa-bench-exercise-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	raw, err := content.Files.ReadFile("scenario/kaskazi.yaml")
	if err != nil {
		return err
	}
	script, err := scenario.Load("kaskazi.yaml", raw)
	if err != nil {
		return err
	}
	of, err := office.Create(ctx, office.Options{Data: dir, Realm: "exercise"}, realm.Exercise)
	if err != nil {
		return err
	}
	defer of.Close()
	_, cast, err := of.SetUpExercise(ctx, realm.System, script, "")
	if err != nil {
		return err
	}
	of.Start()
	who := realm.Actor{Principal: policy.Principal{Staff: cast[0].Staff, Agency: cast[0].Agency, Duty: string(accounts.Exercise)}, Language: "en"}
	if _, err := of.Exercises.TurnClock(ctx, who, "", exercise.TurnClock{Act: "run", Rate: 1}); err != nil {
		return err
	}
	in, err := of.Accounts.UseCard(ctx, cast[0].Link, accounts.Client{Device: "bench"})
	if err != nil {
		return err
	}
	server := httptest.NewServer(web.New(of, web.Options{}))
	defer server.Close()
	seen, err := watched(ctx, of, who, server.URL, in.Token)
	if err != nil {
		return err
	}
	slices.Sort(seen)
	fmt.Printf("%-34s %10.0f   ms median, %.0f ms at 95 %%, %d watchers, %d changes; target 200 ms\n", "live board of an exercise",
		float64(seen[len(seen)/2].Milliseconds()), float64(seen[len(seen)*95/100].Milliseconds()), watchers, changes)
	return nil
}

// watched opens the watchers, makes the changes one after the other, and gives
// how long each watcher waited for each.
func watched(ctx context.Context, of *office.Office, who realm.Actor, at, token string) ([]time.Duration, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var mu sync.Mutex
	var seen []time.Duration
	var began time.Time
	var ready, done sync.WaitGroup
	title := func(i int) string { return fmt.Sprintf("Change %03d of the bench", i) }
	made := 0
	for range watchers {
		rq, err := http.NewRequestWithContext(ctx, http.MethodGet, at+"/exercise/board/live", nil)
		if err != nil {
			return nil, err
		}
		rq.AddCookie(&http.Cookie{Name: "rufaa", Value: token})
		ready.Add(1)
		go func() {
			r, err := http.DefaultClient.Do(rq)
			if err != nil {
				ready.Done()
				return
			}
			defer r.Body.Close()
			lines, next, first := bufio.NewReaderSize(r.Body, 1<<20), 0, true
			for {
				line, err := lines.ReadString('\n')
				if err != nil {
					return
				}
				if first {
					first = false
					ready.Done()
				}
				mu.Lock()
				for next < made && strings.Contains(line, title(next)) {
					seen = append(seen, time.Since(began))
					next++
					done.Done()
				}
				mu.Unlock()
			}
		}()
	}
	ready.Wait()
	for i := range changes {
		done.Add(watchers)
		mu.Lock()
		made, began = i+1, time.Now()
		mu.Unlock()
		if _, err := of.Exercises.Inject(ctx, who, "", exercise.Free{Title: title(i), Content: "Bench", Teams: []string{"DCI"}, Channel: "radio", Reason: "bench"}); err != nil {
			return nil, err
		}
		done.Wait()
		time.Sleep(50 * time.Millisecond)
	}
	return seen, nil
}

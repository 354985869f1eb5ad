package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"sort"
	"strings"
	"sync"
	"time"

	"rufaa/internal/api"
	"rufaa/internal/casefile"
	"rufaa/internal/demo"
	"rufaa/internal/office"
	"rufaa/internal/store"
	"rufaa/internal/web"
)

const connections = 16

func main() {
	cases := flag.Int("cases", 100_000, "how many cases")
	quick := flag.Bool("quick", false, "2,000 cases and short rounds")
	folder := flag.String("data", "", "where the data set is kept; the user's cache folder when empty")
	seconds := flag.Int("seconds", 4, "length of one round")
	only := flag.String("only", "", "measure only the rows whose name holds this")
	profile := flag.String("profile", "", "write a CPU profile of the measuring to this file")
	flag.Parse()
	office.Memory() // as the program itself sets it
	if *quick {
		*cases, *seconds = 2000, 1
	}
	if *folder == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			log.Fatal(err)
		}
		*folder = filepath.Join(cache, "rufaa-bench")
	}
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			log.Fatal(err)
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			log.Fatal(err)
		}
		defer pprof.StopCPUProfile()
	}
	round := time.Duration(*seconds) * time.Second
	size := int64(2 << 30)
	if *quick {
		size = 256 << 20
	}
	if *only != "" && strings.Contains(uploadName, *only) { // it stands on nothing of the others
		if err := measureUpload(context.Background(), *folder, *only, size); err != nil {
			log.Fatal(err)
		}
		return
	}
	if err := measure(context.Background(), *folder, *cases, *only, round); err != nil {
		log.Fatal(err)
	}
	if err := measureMap(context.Background(), *folder, *only, round); err != nil {
		log.Fatal(err)
	}
	if err := measureUpload(context.Background(), *folder, *only, size); err != nil {
		log.Fatal(err)
	}
}

// side is one handler under measure.
type side struct {
	name, method, path string
	body               func() []byte
	header             http.Header
}

// pair is a thing of ours beside the bare one, and the ratio to reach.
type pair struct {
	ours, bare side
	target     float64
}

func measure(ctx context.Context, folder string, cases int, only string, round time.Duration) error {
	of, err := dataSet(ctx, folder, cases)
	if err != nil {
		return err
	}
	defer of.Close()
	for _, text := range bareTables {
		if err := of.Store.Write(ctx, func(tx *store.Tx) error { _, err := tx.Exec(text); return err }); err != nil {
			return err
		}
	}
	ours, stop, err := serve(handlers(of))
	if err != nil {
		return err
	}
	defer stop()
	plain, stopBare, err := serve(bare(of))
	if err != nil {
		return err
	}
	defer stopBare()
	token, err := signIn(ours)
	if err != nil {
		return err
	}
	bearer := http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}}
	cookie := http.Header{"Cookie": {"rufaa=" + token}}
	fmt.Printf("%s, %d cores, %s; %d connections, %v rounds, %d cases, SQLite\n\n", runtime.Version(), runtime.NumCPU(), cpu(), connections, round, cases)
	fmt.Printf("%-34s %10s %9s %9s %10s %7s %7s\n", "", "ours/s", "p50", "p99", "bare/s", "ratio", "target")
	list, one := side{name: "bare", method: "GET", path: plain + "/list"}, side{name: "bare", method: "GET", path: plain + "/case/CASE"}
	tell := func() []byte { return []byte(`{"text":"Said on the telephone that she slept well."}`) }
	for _, p := range []pair{
		{side{name: "worklist page, 50 rows", method: "GET", path: ours + "/?list=mine", header: cookie}, list, 0.35},
		{side{name: "worklist, API", method: "GET", path: ours + "/api/v1/worklist?list=mine&limit=50", header: bearer}, list, 0.35},
		{side{name: "one case, page", method: "GET", path: ours + "/cases/CASE", header: cookie}, one, 0.35},
		{side{name: "one case, API", method: "GET", path: ours + "/api/v1/cases/CASE", header: bearer}, one, 0.35},
		{side{name: "durable command", method: "POST", path: ours + "/api/v1/cases/CASE/account", header: bearer, body: tell},
			side{name: "bare", method: "POST", path: plain + "/command/CASE", body: tell}, 0.25},
	} {
		if !strings.Contains(p.ours.name, only) {
			continue
		}
		if err := compare(of, p, round); err != nil {
			return err
		}
	}
	if err := measureLedger(ctx, of, only, round); err != nil {
		return err
	}
	if err := liveBoard(ctx); err != nil {
		return err
	}
	if err := reviewed(); err != nil {
		return err
	}
	if err := rehearse(); err != nil {
		return err
	}
	return nameSearch(ctx, of)
}

func handlers(of *office.Office) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/api/", api.New(of, ""))
	mux.Handle("/", web.New(of, web.Options{Version: "bench", People: demo.SignIns}))
	return mux
}

func serve(h http.Handler) (url string, stop func(), err error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	srv := &http.Server{Handler: h}
	go srv.Serve(ln)
	return "http://" + ln.Addr().String(), func() { srv.Close() }, nil
}

func signIn(base string) (string, error) {
	raw, _ := json.Marshal(map[string]string{"username": benchUser, "password": demo.Password})
	resp, err := http.Post(base+"/api/v1/session", "application/json", bytes.NewReader(raw))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var in struct{ Token string }
	text, _ := io.ReadAll(resp.Body)
	if err := json.Unmarshal(text, &in); err != nil || in.Token == "" {
		return "", fmt.Errorf("sign-in: %s", text)
	}
	return in.Token, nil
}

// compare runs three rounds of each side in turn and takes the medians.
func compare(of *office.Office, p pair, round time.Duration) error {
	var ours, plain []float64
	var times []time.Duration
	ids := myCases(of)
	for range 3 {
		rate, lat, err := load(p.ours, round, ids)
		if err != nil {
			return fmt.Errorf("%s: %w", p.ours.name, err)
		}
		ours, times = append(ours, rate), append(times, lat...)
		if rate, _, err = load(p.bare, round, ids); err != nil {
			return fmt.Errorf("bare: %w", err)
		}
		plain = append(plain, rate)
	}
	sort.Float64s(ours)
	sort.Float64s(plain)
	sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
	ratio, verdict := ours[1]/plain[1], "pass"
	if ratio < p.target {
		verdict = "MISS"
	}
	fmt.Printf("%-34s %10.0f %9s %9s %10.0f %7.2f %7.2f %s\n", p.ours.name, ours[1], times[len(times)/2].Round(10*time.Microsecond),
		times[len(times)*99/100].Round(10*time.Microsecond), plain[1], ratio, p.target, verdict)
	return nil
}

// myCases are cases the signed-in manager works on; commands go round them, as
// sixteen people would not all write into one.
func myCases(of *office.Office) []string {
	p, err := of.Cases.Worklist(context.Background(), demo.Manager(managerID(0), "x-tumaini"), casefile.Mine, "", 200)
	if err != nil {
		return nil
	}
	ids := make([]string, len(p.Rows))
	for i := range p.Rows {
		ids[i] = p.Rows[i].ID
	}
	return ids
}

func load(s side, round time.Duration, ids []string) (rate float64, times []time.Duration, err error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}}
	defer client.CloseIdleConnections()
	var mu sync.Mutex
	var wg sync.WaitGroup
	start := time.Now()
	for c := range connections {
		wg.Add(1)
		go func() {
			defer wg.Done()
			var own []time.Duration
			var failed error
			for n := c; time.Since(start) < round; n += connections {
				t := time.Now()
				if failed = once(client, s, of(ids, n)); failed != nil {
					break
				}
				own = append(own, time.Since(t))
			}
			mu.Lock()
			times = append(times, own...)
			if failed != nil {
				err = failed
			}
			mu.Unlock()
		}()
	}
	wg.Wait()
	return float64(len(times)) / time.Since(start).Seconds(), times, err
}

func once(client *http.Client, s side, id string) error {
	var body io.Reader
	if s.body != nil {
		body = bytes.NewReader(s.body())
	}
	req, err := http.NewRequest(s.method, strings.Replace(s.path, "CASE", id, 1), body)
	if err != nil {
		return err
	}
	for k, v := range s.header {
		req.Header[k] = v
	}
	if s.body != nil {
		req.Header.Set("Idempotency-Key", rand.Text())
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		text, _ := io.ReadAll(resp.Body)
		return fmt.Errorf("%s %s: %d %.200s", s.method, s.path, resp.StatusCode, text)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// nameSearch measures the whole scan, one search at a time as a person makes
// them.
func nameSearch(ctx context.Context, of *office.Office) error {
	var times []time.Duration
	for n := range 200 {
		t := time.Now()
		if _, err := of.Search.Find(ctx, []string{name(n * 31)}, 40, 0.62, func(string) bool { return true }); err != nil {
			return err
		}
		times = append(times, time.Since(t))
	}
	sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
	fmt.Printf("%-34s %10s %9s %9s   over %d names; target 15ms median\n", "name search", "", times[100].Round(10*time.Microsecond), times[198].Round(10*time.Microsecond), of.Search.Size())
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Printf("%-34s %10s   of this process, both sides and the load in it; target 400 MB\n", "resident memory", resident())
	return nil
}

func resident() string { return field("/proc/self/status", "VmRSS:") }
func cpu() string      { return field("/proc/cpuinfo", "model name") }

func field(file, key string) string {
	raw, err := os.ReadFile(file)
	if err != nil {
		return "not known"
	}
	for _, line := range strings.Split(string(raw), "\n") {
		if strings.HasPrefix(line, key) {
			return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(strings.TrimPrefix(line, key)), ":"))
		}
	}
	return "not known"
}

// of takes the nth id of a ring; none when there are none.
func of(ids []string, n int) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[n%len(ids)]
}

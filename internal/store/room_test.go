package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"rufaa/internal/store"
)

// The tests write to the table commands, whose rows are free of meaning here:
// actor stands for who wrote, key for what.

func put(tx *store.Tx, actor, key string) error {
	_, err := tx.Exec(`INSERT INTO commands (actor, key, digest, answer, at) VALUES ($1, $2, $3, $4, $5)`,
		actor, key, []byte{1}, []byte("answer"), time.Now().UnixMilli())
	return err
}

func write(db *store.DB, actor, key string) error {
	return db.Write(context.Background(), func(tx *store.Tx) error { return put(tx, actor, key) })
}

// rows gives every "actor/key", in order.
func rows(t testing.TB, db *store.DB) []string {
	t.Helper()
	rs, err := db.Query(context.Background(), `SELECT actor, key FROM commands`)
	if err != nil {
		t.Fatal(err)
	}
	defer rs.Close()
	var out []string
	for rs.Next() {
		var actor, key string
		if err := rs.Scan(&actor, &key); err != nil {
			t.Fatal(err)
		}
		out = append(out, actor+"/"+key)
	}
	if err := rs.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// together hands writes in while the lane is busy, so that they share one
// transaction in the order given, and returns their errors.
func together(t testing.TB, db *store.DB, fns ...func(*store.Tx) error) []error {
	t.Helper()
	busy, free := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		db.Write(context.Background(), func(*store.Tx) error {
			close(busy)
			<-free
			return nil
		})
	})
	<-busy
	errs := make([]error, len(fns))
	for i, fn := range fns {
		wg.Go(func() { errs[i] = db.Write(context.Background(), fn) })
		time.Sleep(5 * time.Millisecond) // let it reach the queue before the next
	}
	close(free)
	wg.Wait()
	return errs
}

// load writes numbered rows from several goroutines until stopped, trying
// again when the database does not answer, and tells which were acknowledged.
type load struct {
	stop    chan struct{}
	wg      sync.WaitGroup
	mu      sync.Mutex
	acked   []string
	refused map[error]int
}

func startLoad(t testing.TB, db *store.DB, workers int, again ...error) *load {
	l := &load{stop: make(chan struct{}), refused: map[error]int{}}
	for w := range workers {
		l.wg.Go(func() {
			for n := 0; ; n++ {
				actor, key := fmt.Sprintf("w%d", w), fmt.Sprintf("%06d", n)
				for tries := 0; ; tries++ {
					select {
					case <-l.stop:
						return
					default:
					}
					err := write(db, actor, key)
					if err == nil || tries > 0 && errors.Is(err, store.ErrTaken) {
						l.ack(actor + "/" + key) // taken: the try before had arrived
						break
					}
					kind := slices.IndexFunc(again, func(e error) bool { return errors.Is(err, e) })
					if kind < 0 {
						t.Errorf("write %s/%s: %v", actor, key, err)
						return
					}
					l.refuse(again[kind])
					time.Sleep(2 * time.Millisecond)
				}
			}
		})
	}
	return l
}

func (l *load) ack(row string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acked = append(l.acked, row)
}

func (l *load) refuse(kind error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused[kind]++
}

func (l *load) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.acked)
}

// until waits for so many acknowledged rows more.
func (l *load) until(t testing.TB, more int) {
	t.Helper()
	want := l.count() + more
	for end := time.Now().Add(60 * time.Second); l.count() < want; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d of %d rows in a minute", l.count(), want)
		}
	}
}

func (l *load) end() []string {
	close(l.stop)
	l.wg.Wait()
	slices.Sort(l.acked)
	return l.acked
}

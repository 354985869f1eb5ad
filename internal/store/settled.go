package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// Settle asks SQLite to move what is in the write-ahead log into the file, as it
// does by itself now and then, and waits for nobody. One who will read every
// record calls it first: see settledFile. Does nothing on PostgreSQL.
func (db *DB) Settle(ctx context.Context) error {
	if db.engine != SQLite {
		return nil
	}
	_, _, err := db.logged(ctx, "PASSIVE")
	return err
}

// logged tells how many pages stand in the write-ahead log, and how many of
// them in the file as well.
func (db *DB) logged(ctx context.Context, how string) (log, copied int64, err error) {
	var busy int64
	err = db.log.QueryRowContext(ctx, `PRAGMA wal_checkpoint(`+how+`)`).Scan(&busy, &log, &copied)
	return log, copied, explain(err)
}

// settledFile gives the SQLite file where it holds exactly what a snapshot that
// was begun before sees, and will until that snapshot ends; nil where the log is
// needed as well.
//
// Nobody copies pages of the log into the file beyond what the oldest snapshot
// sees, nor starts the log anew under one that reads it (sqlite.org/wal.html,
// section 2.2). So if all of the log is in the file now, then it was all before
// the snapshot, and what is written from now on stays in the log.
func (db *DB) settledFile(ctx context.Context) (*os.File, error) {
	log, copied, err := db.logged(ctx, "NOOP")
	if err != nil || log < 0 || log != copied {
		return nil, err
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return nil, ErrClosed
	}
	if db.file == nil {
		if db.file, err = os.Open(db.path); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
	}
	return db.file, nil
}

// readRuns reads pages of this size from the file into one buffer, those that
// lie side by side in one go, up to the first that is not in the file.
func readRuns(file *os.File, size int, numbers []int64, into []byte) ([]byte, error) {
	for len(numbers) > 0 && numbers[0] > 0 {
		n := 1
		for n < len(numbers) && numbers[n] == numbers[0]+int64(n) {
			n++
		}
		have := len(into)
		into = append(into, make([]byte, n*size)...)
		got, err := file.ReadAt(into[have:], (numbers[0]-1)*int64(size))
		if errors.Is(err, io.EOF) {
			return into[:have+got-got%size], nil
		}
		if err != nil {
			return into[:have], fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		numbers = numbers[n:]
	}
	return into, nil
}

package store

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

var (
	// ErrFull says that the disk has no room left. Nothing of the refused
	// write was kept; it may be sent again once there is room.
	ErrFull = errors.New("the disk is full")

	// ErrUnavailable says that the database did not answer. Whether the
	// write arrived is unknown: send it again under the same idempotency key.
	ErrUnavailable = errors.New("the database does not answer")

	// ErrTaken says that a row with this key stands already.
	ErrTaken = errors.New("that key is taken")

	// ErrNotLaid says that tables which must be there (Options.Laid) are not.
	ErrNotLaid = errors.New("the database is empty")

	// ErrDamaged says that the database file itself is malformed.
	ErrDamaged = errors.New("the database file is damaged")
)

// explain adds the errors above to what a driver reported, so that callers
// decide with errors.Is and never read a driver's words.
func explain(err error) error {
	if err == nil {
		return nil
	}
	if kind := kindOf(err); kind != nil && !errors.Is(err, kind) {
		return fmt.Errorf("%w: %w", kind, err)
	}
	return err
}

func kindOf(err error) error {
	var se *sqlite.Error
	if errors.As(err, &se) {
		switch se.Code() & 0xff {
		case sqlite3.SQLITE_FULL:
			return ErrFull
		case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN:
			return ErrUnavailable
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			return ErrDamaged
		case sqlite3.SQLITE_CONSTRAINT:
			if c := se.Code(); c == sqlite3.SQLITE_CONSTRAINT_UNIQUE || c == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY {
				return ErrTaken
			}
		}
		return nil
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		switch {
		case pe.Code == "53100":
			return ErrFull
		case pe.Code == "23505":
			return ErrTaken
		case strings.HasPrefix(pe.Code, "57P") || strings.HasPrefix(pe.Code, "08") || strings.HasPrefix(pe.Code, "53"):
			return ErrUnavailable
		case strings.HasPrefix(pe.Code, "XX"):
			return ErrDamaged
		}
		return nil
	}
	if lost(err) {
		return ErrUnavailable
	}
	return nil
}

// lost tells whether the connection to PostgreSQL went away or never came.
func lost(err error) bool {
	var connect *pgconn.ConnectError
	var network *net.OpError
	return errors.As(err, &connect) || errors.As(err, &network) || pgconn.Timeout(err) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, pgconn.ErrConnClosed)
}

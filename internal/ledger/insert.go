package ledger

import (
	"strconv"
	"strings"

	"rufaa/internal/store"
)

const (
	eventColumns = 7
	treeColumns  = 2
)

var (
	insertEvents = texts(`INSERT INTO events (seq, stream, version, kind, at, body, leaf) VALUES `, eventColumns)
	insertTree   = texts(`INSERT INTO tree (idx, hash) VALUES `, treeColumns)
)

// chunks are how many rows one statement carries. They are few because each
// is a statement kept prepared.
var chunks = [...]int{32, 8, 2, 1}

func texts(prefix string, columns int) map[int]string {
	out := make(map[int]string, len(chunks))
	for _, rows := range chunks {
		var b strings.Builder
		b.WriteString(prefix)
		for i := range rows * columns {
			switch {
			case i == 0:
				b.WriteString("(")
			case i%columns == 0:
				b.WriteString("),(")
			default:
				b.WriteString(",")
			}
			b.WriteString("$" + strconv.Itoa(i+1))
		}
		out[rows] = b.String() + ")"
	}
	return out
}

// insert adds rows, given as the values of all columns one after the other.
func insert(tx *store.Tx, texts map[int]string, columns int, values []any) error {
	for _, rows := range chunks {
		for n := rows * columns; len(values) >= n && n > 0; values = values[n:] {
			if _, err := tx.Exec(texts[rows], values[:n]...); err != nil {
				return err
			}
		}
	}
	return nil
}

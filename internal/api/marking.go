package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"

	"rufaa/internal/exercise"
	"rufaa/internal/office"
	"rufaa/internal/realm"
)

// RealmHeader says on every answer of a realm that is not for real use of which
// kind it is, so that no program takes it for real.
const RealmHeader = "Rufaa-Realm"

// Marking marks what leaves a realm that is an exercise: every answer has a
// header, every file has EXERCISE in its name, and its digest goes into the
// mailbox of the exercise. In other realms it changes nothing.
type Marking struct {
	http.ResponseWriter
	of   *office.Office
	file string // name of the file that is being sent; "" is none
	sum  hash.Hash
	size int64
	told bool
}

// Mark begins to mark an answer.
func Mark(of *office.Office, w http.ResponseWriter) http.ResponseWriter {
	if of.Kind != realm.Exercise {
		return w
	}
	w.Header().Set(RealmHeader, string(of.Kind))
	return &Marking{ResponseWriter: w, of: of}
}

// Unwrap lets the server's own controls through.
func (m *Marking) Unwrap() http.ResponseWriter { return m.ResponseWriter }

// WriteHeader gives the file its mark.
func (m *Marking) WriteHeader(status int) {
	if !m.told {
		m.told = true
		kind, says, err := mime.ParseMediaType(m.Header().Get("Content-Disposition"))
		if err == nil && kind == "attachment" && status < 300 {
			m.file = m.marked(says["filename"])
			m.sum = sha256.New()
			// Both ways of writing a name: the old for names of plain letters.
			m.Header().Set("Content-Disposition", `attachment; filename="`+plainName(m.file)+`"; filename*=UTF-8''`+url.PathEscape(m.file))
		}
	}
	m.ResponseWriter.WriteHeader(status)
}

// Write digests what goes out as a file.
func (m *Marking) Write(p []byte) (int, error) {
	if !m.told {
		m.WriteHeader(http.StatusOK)
	}
	n, err := m.ResponseWriter.Write(p)
	if m.sum != nil {
		m.sum.Write(p[:n])
		m.size += int64(n)
	}
	return n, err
}

// marked is a name with the mark, in whichever language it has it already.
func (m *Marking) marked(name string) string {
	name = path.Base("/" + name)
	word := func(code string) string { return strings.Trim(m.of.Texts.In(code).T("ui.realm.exercise.word"), ". ") }
	for _, code := range []string{"en", "sw"} {
		if strings.HasPrefix(name, word(code)+"-") {
			return name
		}
	}
	return word("en") + "-" + name
}

func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return '_'
		}
		return r
	}, name)
}

// Taken puts a file that was sent into the mailbox of the exercise, by name and
// digest. What it was about stands in no mailbox.
func Taken(ctx context.Context, w http.ResponseWriter, agency string) {
	m, ok := w.(*Marking)
	if !ok || m.sum == nil {
		return
	}
	ctx = context.WithoutCancel(ctx) // it has left: that the reader went does not undo it
	if _, err := m.of.Exercises.Capture(ctx, exercise.Caught{Channel: exercise.CaughtFile, Agency: agency, File: m.file,
		Bytes: m.size, Digest: hex.EncodeToString(m.sum.Sum(nil))}); err != nil {
		m.of.Log.Error("exercise mailbox", "realm", m.of.Name, "error", err.Error())
	}
}

package api

import (
	"io"
	"net/http"
	"time"
)

// patience is how long a line may stand still during an upload or a download.
// A whole transfer may take as long as it comes on.
const patience = 2 * time.Minute

// Patient gives what is read from a request's body, and prolongs the time that
// the connection has with every read; the answer gets a minute more.
func Patient(w http.ResponseWriter, body io.Reader) io.Reader {
	return &patientReader{body, http.NewResponseController(w)}
}

type patientReader struct {
	io.Reader
	control *http.ResponseController
}

func (p *patientReader) Read(b []byte) (int, error) {
	// A connection without deadlines (in a test) needs none.
	_ = p.control.SetReadDeadline(time.Now().Add(patience))
	_ = p.control.SetWriteDeadline(time.Now().Add(patience + time.Minute))
	return p.Reader.Read(b)
}

// patientWriter prolongs the time that the connection has with every write.
type patientWriter struct {
	io.Writer
	control *http.ResponseController
}

func patiently(w http.ResponseWriter) *patientWriter {
	return &patientWriter{w, http.NewResponseController(w)}
}

func (p *patientWriter) prolong() { _ = p.control.SetWriteDeadline(time.Now().Add(patience)) }

func (p *patientWriter) Write(b []byte) (int, error) {
	p.prolong()
	return p.Writer.Write(b)
}

package api

import (
	"crypto/sha1" //nolint:gosec // tus 1.0 asks for it; it only finds faults of the line
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"hash"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rufaa/internal/blob"
	"rufaa/internal/evidencefile"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
)

// The resumable upload protocol tus 1.0.0 (https://tus.io/protocols/resumable-upload):
// core, with the extensions named here. Every request carries a session and
// passes the door.
const (
	tusVersion    = "1.0.0"
	tusExtensions = "creation,expiration,checksum,termination"
	tusChecksums  = "sha256,sha1"
	tusBody       = "application/offset+octet-stream"
)

func (a *api) tusRoutes() {
	head := func(op *huma.Operation, names ...string) {
		for _, n := range names {
			name, doc, _ := strings.Cut(n, ": ")
			op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "header", Description: doc, Required: name == "Tus-Resumable", Schema: &huma.Schema{Type: huma.TypeString}})
		}
	}
	const version = "Tus-Resumable: 1.0.0"
	raw(a, policy.FileAdd, route{method: "OPTIONS", path: "/uploads", id: "tus-options", tag: "files", door: roomDoor, summary: "What of the tus protocol is spoken here"},
		func(op *huma.Operation) {}, func(c *call) error {
			c.tus()
			h := c.w.Header()
			h.Set("Tus-Version", tusVersion)
			h.Set("Tus-Extension", tusExtensions)
			h.Set("Tus-Checksum-Algorithm", tusChecksums)
			h.Set("Tus-Max-Size", strconv.FormatInt(c.office().Files.Rules.Limits.File, 10))
			c.w.WriteHeader(http.StatusNoContent)
			return nil
		})
	raw(a, policy.FileAdd, route{method: "POST", path: "/uploads", id: "create-upload", tag: "files", door: roomDoor, status: http.StatusCreated,
		summary: "Begin a resumable upload (tus creation); Location names it"}, func(op *huma.Operation) {
		head(op, version, "Upload-Length: Bytes in all", "Upload-Metadata: Pairs of name and base64: case or inquiry (with scene, exhibit) or parent; compartment, kind, "+
			"filename (or name), note, sha256 (hexadecimal), device_time (RFC 3339), tool, print")
	}, tusCreate)
	raw(a, policy.FileAdd, route{method: "HEAD", path: "/uploads/{id}", id: "upload-offset", tag: "files", door: roomDoor, status: http.StatusOK,
		summary: "How far an upload of one's own has come (Upload-Offset)"}, func(op *huma.Operation) { head(op, version) }, tusHead)
	raw(a, policy.FileAdd, route{method: "PATCH", path: "/uploads/{id}", id: "append-upload", tag: "files", door: roomDoor,
		summary: "Send on from the offset; the last byte makes the file"}, func(op *huma.Operation) {
		head(op, version, "Upload-Offset: Where this begins", "Upload-Checksum: Algorithm (sha256, sha1) and base64 digest of this body; a body up to 256 MB")
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{tusBody: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}
		for code, text := range map[string]string{"409": "The upload goes on at another offset", "423": "Somebody else is sending to it", "460": "The checksum does not fit; nothing of this body is kept",
			"422": "Refused when it was complete: on a list of known abuse material, its exhibit became such material, or another digest than was named; nothing is kept"} {
			op.Responses[code] = &huma.Response{Description: text}
		}
	}, tusPatch)
	raw(a, policy.FileAdd, route{method: "DELETE", path: "/uploads/{id}", id: "end-upload", tag: "files", door: roomDoor,
		summary: "End an upload of one's own; nothing of it is kept"}, func(op *huma.Operation) { head(op, version) }, func(c *call) error {
		if err := c.tus(); err != nil {
			return err
		}
		if err := c.office().Files.Drop(c.r.Context(), c.actor, c.id("id")); err != nil {
			return err
		}
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	})
}

// The faults of the protocol.
var (
	errTus        = &fault{"tus-version", http.StatusPreconditionFailed}
	errTusRequest = &fault{"tus-request", http.StatusBadRequest}
	errTusBody    = &fault{"tus-request", http.StatusUnsupportedMediaType}
)

// tus checks the version that is spoken.
func (c *call) tus() error {
	c.spoken = true
	h := c.w.Header()
	h.Set("Tus-Resumable", tusVersion)
	if c.r.Method != http.MethodOptions && c.r.Header.Get("Tus-Resumable") != tusVersion {
		h.Set("Tus-Version", tusVersion)
		return errTus
	}
	return nil
}

func tusCreate(c *call) error {
	if err := c.tus(); err != nil {
		return err
	}
	n, err := announced(c.r.Header.Get("Upload-Metadata"))
	if err != nil {
		return err
	}
	n.Size, err = strconv.ParseInt(c.r.Header.Get("Upload-Length"), 10, 64)
	if err != nil || n.Size < 0 {
		return errTusRequest
	}
	v, err := c.office().Files.Begin(c.r.Context(), c.actor, n)
	if err != nil {
		return err
	}
	c.progress(v)
	c.w.Header().Set("Location", c.api.base+root+"/uploads/"+v.ID)
	c.w.WriteHeader(http.StatusCreated)
	return nil
}

// announced reads Upload-Metadata: pairs of a name and base64, with commas
// between. Names that mean nothing here are passed over, as the protocol wants. A
// file is called by filename, or as some clients send it, by name.
func announced(s string) (*evidencefile.Announced, error) {
	n, called := new(evidencefile.Announced), ""
	into := map[string]*string{"case": &n.Case, "inquiry": &n.Inquiry, "scene": &n.Scene, "exhibit": &n.Exhibit, "compartment": &n.Compartment, "kind": &n.Kind,
		"filename": &n.Name, "name": &called, "note": &n.Note, "sha256": &n.SHA256, "parent": &n.Parent, "tool": &n.Tool, "print": &n.Print}
	if len(s) > 32<<10 {
		return nil, errTooLarge
	}
	for pair := range strings.SplitSeq(s, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), " ")
		raw, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			return nil, errTusRequest
		}
		if name == "device_time" && len(raw) > 0 {
			at, err := time.Parse(time.RFC3339, string(raw))
			if err != nil {
				return nil, &problem.Invalid{Fields: []problem.Field{{Name: "device_time", Key: "common.error.date"}}}
			}
			n.DeviceAt = &at
		} else if to := into[name]; to != nil {
			*to = string(raw)
		}
	}
	if n.Name == "" {
		n.Name = called
	}
	for _, id := range []string{n.Case, n.Inquiry, n.Scene, n.Exhibit, n.Parent} {
		if id != "" && !plausible(id) {
			return nil, problem.ErrNotFound
		}
	}
	return n, nil
}

// progress tells where an upload stands.
func (c *call) progress(v *evidencefile.Upload) {
	h := c.w.Header()
	h.Set("Upload-Offset", strconv.FormatInt(v.Offset, 10))
	if !v.Done {
		h.Set("Upload-Expires", v.EndsAt.UTC().Format(http.TimeFormat))
	}
}

func tusHead(c *call) error {
	if err := c.tus(); err != nil {
		return err
	}
	v, err := c.office().Files.Upload(c.r.Context(), c.actor, c.id("id"))
	if err != nil {
		return err
	}
	c.progress(v)
	c.w.Header().Set("Upload-Length", strconv.FormatInt(v.Size, 10))
	c.w.WriteHeader(http.StatusOK)
	return nil
}

func tusPatch(c *call) error {
	if err := c.tus(); err != nil {
		return err
	}
	if c.r.Header.Get("Content-Type") != tusBody {
		return errTusBody
	}
	offset, err := strconv.ParseInt(c.r.Header.Get("Upload-Offset"), 10, 64)
	if err != nil || offset < 0 {
		return errTusRequest
	}
	var body io.Reader = Patient(c.w, c.r.Body)
	var check func() error
	if sum := c.r.Header.Get("Upload-Checksum"); sum != "" {
		if body, check, err = checked(body, sum, c.r.ContentLength); err != nil {
			return err
		}
	}
	v, err := c.office().Files.Append(c.r.Context(), c.actor, c.id("id"), offset, body, check)
	if v != nil {
		c.progress(v)
	}
	if err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// checked hashes a body as it passes; the check holds it against what was sent.
func checked(body io.Reader, header string, length int64) (io.Reader, func() error, error) {
	algo, value, _ := strings.Cut(header, " ")
	want, err := base64.StdEncoding.DecodeString(value)
	var h hash.Hash
	switch algo {
	case "sha256":
		h = sha256.New()
	case "sha1":
		h = sha1.New()
	}
	if err != nil || h == nil || len(want) != h.Size() {
		return nil, nil, errTusRequest
	}
	if length > blob.MaxChecked {
		return nil, nil, errTooLarge
	}
	limited := http.MaxBytesReader(nil, io.NopCloser(io.TeeReader(body, h)), blob.MaxChecked)
	return limited, func() error {
		if string(h.Sum(nil)) != string(want) {
			return blob.ErrChecksum
		}
		return nil
	}, nil
}

// blobProblem maps what the keeping of contents says; nil when it is not its.
func (c *call) blobProblem(err error) *fault {
	switch {
	case errors.As(err, new(*blob.Offset)):
		return &fault{"offset", http.StatusConflict}
	case errors.Is(err, blob.ErrBusy):
		return &fault{"locked", http.StatusLocked}
	case errors.Is(err, blob.ErrChecksum):
		return &fault{"checksum", 460}
	case errors.Is(err, blob.ErrTooLong), errors.As(err, new(*http.MaxBytesError)):
		return errTooLarge
	}
	return nil
}

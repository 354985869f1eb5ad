package api

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"rufaa/internal/evidencefile"
	"rufaa/internal/hashlist"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// FileRows are files of a case or an inquiry.
type FileRows struct {
	Files []evidencefile.View `json:"files"`
}

// FileShown is one file with what was made from it.
type FileShown struct {
	evidencefile.View
	Derived []evidencefile.View `json:"derived"`
}

// FileOpenings tell who opened a file.
type FileOpenings struct {
	Openings []evidencefile.Opening `json:"openings"`
}

// UploadRows are one's own unfinished uploads.
type UploadRows struct {
	Uploads []evidencefile.Upload `json:"uploads"`
}

// ToldRows are files that were destroyed because they stood on a list.
type ToldRows struct {
	Destroyed []evidencefile.Told `json:"destroyed"`
}

// HashLists are the lists in the realm.
type HashLists struct {
	Lists []hashlist.List `json:"lists"`
}

// OpenFile is for what a file is opened.
type OpenFile struct {
	Purpose string `json:"purpose" doc:"Vocabulary purposes" maxLength:"40"`
}

func (a *api) fileRoutes() {
	add(a, policy.FileView, route{method: "GET", path: "/cases/{id}/files", id: "case-files", tag: "files", door: caseDoor,
		summary: "What is attached to a case, as far as the caller's duty opens the compartments"}, func(c *call, _ *none) (*FileRows, error) {
		list, err := c.office().Files.OfCase(c.r.Context(), c.actor, c.id("id"))
		return &FileRows{all(list)}, err
	})
	add(a, policy.FileView, route{method: "GET", path: "/inquiries/{id}/files", id: "inquiry-files", tag: "files", door: roomDoor,
		summary: "The evidence files of an inquiry", query: []query{{name: "scene", doc: "Of this scene only"}, {name: "exhibit", doc: "Of this exhibit only"}}},
		func(c *call, _ *none) (*FileRows, error) {
			list, err := c.office().Files.OfInquiry(c.r.Context(), c.actor, evidencefile.Place{Inquiry: c.id("id"), Scene: c.text["scene"], Exhibit: c.text["exhibit"]})
			return &FileRows{all(list)}, err
		})
	add(a, policy.FileAdd, route{method: "GET", path: "/cases/{id}/uploads", id: "case-uploads", tag: "files", door: caseDoor,
		summary: "One's own unfinished uploads to a case"}, func(c *call, _ *none) (*UploadRows, error) {
		list, err := c.office().Files.Unfinished(c.r.Context(), c.actor, evidencefile.Place{Case: c.id("id")})
		return &UploadRows{all(list)}, err
	})
	add(a, policy.FileView, route{method: "GET", path: "/files/{id}", id: "file", tag: "files", door: roomDoor,
		summary: "One file: digest, timestamps, what does not fit between clocks, and what was made from it; nothing sealed"},
		func(c *call, _ *none) (*FileShown, error) {
			v, err := c.office().Files.View(c.r.Context(), c.actor, c.id("id"))
			if err != nil {
				return nil, err
			}
			made, err := c.office().Files.Derived(c.r.Context(), c.actor, v.ID)
			return &FileShown{*v, all(made)}, err
		})
	add(a, policy.FileHistory, route{method: "GET", path: "/files/{id}/openings", id: "file-openings", tag: "files", door: roomDoor,
		summary: "Who opened a file"}, func(c *call, _ *none) (*FileOpenings, error) {
		list, err := c.office().Files.WhoOpened(c.r.Context(), c.actor, c.id("id"))
		return &FileOpenings{all(list)}, err
	})
	add(a, policy.FileView, route{method: "POST", path: "/files/{id}/words", id: "open-file-words", tag: "files", door: roomDoor,
		summary: "Open what is sealed of a file besides its content: name, note, place, camera; recorded"}, func(c *call, in *OpenFile) (*evidencefile.Words, error) {
		return c.office().Files.Words(c.r.Context(), c.actor, c.id("id"), in.Purpose)
	})
	raw(a, policy.FileView, route{method: "GET", path: "/files/{id}/content", id: "open-file-content", tag: "files", door: roomDoor, status: http.StatusOK,
		summary: "Open a file's content for a purpose; recorded before the first byte leaves. Always a file to save, never a page",
		query:   []query{{name: "purpose", doc: "Vocabulary purposes"}}},
		func(op *huma.Operation) {
			op.Responses["200"] = &huma.Response{Description: "The content", Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}
		}, func(c *call) error {
			in, err := c.office().Files.Content(c.r.Context(), c.actor, c.id("id"), c.text["purpose"])
			if err != nil {
				return err
			}
			defer in.Close()
			SendFile(c.w, in)
			return nil
		})
	add(a, policy.FileAskPreview, route{method: "POST", path: "/files/{id}/preview/request", id: "ask-preview", tag: "files", door: roomDoor, ordered: true, optional: []string{"*"},
		summary: "Ask for a preview of a photo that has none by default, as at a scene of child sexual exploitation"}, func(c *call, in *evidencefile.AskPreview) (*realm.Receipt, error) {
		rc, err := c.office().Files.AskPreview(c.r.Context(), c.actor, c.id("id"), c.order, in)
		return c.receipt(rc, err)
	})
	add(a, policy.FileAllowPreview, route{method: "GET", path: "/preview-requests", id: "preview-requests", tag: "files", door: roomDoor,
		summary: "Photos of which somebody asked for a preview, for those who may allow it"}, func(c *call, _ *none) (*FileRows, error) {
		list, err := c.office().Files.AwaitingAnswer(c.r.Context(), c.actor)
		return &FileRows{all(list)}, err
	})
	add(a, policy.FileAllowPreview, route{method: "POST", path: "/files/{id}/preview/decision", id: "decide-preview", tag: "files", door: roomDoor, ordered: true, optional: []string{"*"},
		summary: "Allow or refuse it, or take it back: the exhibits officer of the scene or who leads the inquiry; to allow it, another than who asked and than who sent the photo. Never of what stands on a hash list or belongs to abuse material"},
		func(c *call, in *evidencefile.DecidePreview) (*realm.Receipt, error) {
			rc, err := c.office().Files.DecidePreview(c.r.Context(), c.actor, c.id("id"), c.order, in)
			return c.receipt(rc, err)
		})
	add(a, policy.FileDestroyed, route{method: "GET", path: "/destroyed-files", id: "destroyed-files", tag: "files", door: roomDoor,
		summary: "Files that were destroyed because they stood on a list of known abuse material, or their exhibit became such material, for those who must act"}, func(c *call, _ *none) (*ToldRows, error) {
		list, err := c.office().Files.Told(c.r.Context(), c.actor)
		return &ToldRows{all(list)}, err
	})
	a.tusRoutes()
	a.hashListRoutes()
}

// SendFile writes a content so that no browser takes it for a page: to save
// only, without a guess at its type, and in a sandbox should anybody show it.
func SendFile(w http.ResponseWriter, in *evidencefile.Content) {
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(in.Name))
	h.Set("Content-Length", strconv.FormatInt(in.Size(), 10))
	w.WriteHeader(http.StatusOK)
	out := patiently(w)
	buf := make([]byte, 256<<10)
	for {
		n, err := in.Read(buf)
		if n > 0 {
			if _, werr := out.Write(buf[:n]); werr != nil {
				return
			}
		}
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			panic(http.ErrAbortHandler) // the length was promised: what is broken must not look whole
		}
	}
}

func (a *api) hashListRoutes() {
	add(a, policy.HashListView, route{method: "GET", path: "/hash-lists", id: "hash-lists", tag: "files", door: roomDoor,
		summary: "Lists of digests of known abuse material: names and counts, never what stands on them"}, func(c *call, _ *none) (*HashLists, error) {
		list, err := c.office().HashLists.All(c.r.Context(), c.actor)
		return &HashLists{all(list)}, err
	})
	raw(a, policy.HashListImport, route{method: "POST", path: "/hash-lists", id: "import-hash-list", tag: "files", door: realmDoor, status: http.StatusCreated,
		summary: "Take a list in: one MD5, SHA-1 or SHA-256 a line, or Project VIC (VICS) JSON; the fields stand before the file"},
		func(op *huma.Operation) { describeForm(op, []string{"name", "source"}) }, func(c *call) error {
			return c.form(func(v url.Values, body io.Reader) (any, error) {
				return c.office().HashLists.Import(c.r.Context(), c.actor, &hashlist.Import{Name: v.Get("name"), Source: v.Get("source"), Body: body})
			})
		})
	add(a, policy.HashListImport, route{method: "DELETE", path: "/hash-lists/{id}", id: "withdraw-hash-list", tag: "files", door: realmDoor,
		summary: "Withdraw a list: nothing is held against it any more"}, func(c *call, _ *none) (none, error) {
		return none{}, c.office().HashLists.Withdraw(c.r.Context(), c.actor, c.id("id"))
	})
}

// describeForm tells of a form with a file at its end; also are fields that may
// be left out.
func describeForm(op *huma.Operation, names []string, also ...string) {
	props := map[string]*huma.Schema{"file": {Type: huma.TypeString, Format: "binary"}}
	for _, n := range append(slices.Clone(names), also...) {
		props[n] = &huma.Schema{Type: huma.TypeString}
	}
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{Type: huma.TypeObject, Properties: props, Required: append(slices.Clone(names), "file")}}}}
	op.Responses["201"].Content = map[string]*huma.MediaType{"application/json": {}}
}

// maxListBody bounds a list or report, in bytes: 20 million lines of SHA-1.
const maxListBody = 1 << 30

// form reads a form with a file at its end, as a stream.
func (c *call) form(do func(url.Values, io.Reader) (any, error)) error {
	kind, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return errMediaType
	}
	v, part, err := FormThenFile(multipart.NewReader(http.MaxBytesReader(c.w, io.NopCloser(Patient(c.w, c.r.Body)), maxListBody), params["boundary"]))
	if err != nil {
		return err
	}
	out, err := do(v, part)
	if err != nil {
		return err
	}
	c.answer(http.StatusCreated, out, false)
	return nil
}

// FormThenFile reads the fields of a form up to its file, which it gives to be
// read: the file is not kept anywhere on the way.
func FormThenFile(r *multipart.Reader) (url.Values, *multipart.Part, error) {
	v := url.Values{}
	for range 50 {
		part, err := r.NextPart()
		if err != nil {
			return v, nil, &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "keeping.error.no_file"}}}
		}
		if part.FormName() == "file" {
			return v, part, nil
		}
		raw, err := io.ReadAll(io.LimitReader(part, 64<<10))
		if err != nil {
			return v, nil, fmt.Errorf("api: form: %w", errMalformed)
		}
		v.Add(part.FormName(), string(raw))
	}
	return v, nil, errMalformed
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"rufaa/internal/demo"
)

// The file that is sent, and how fast and small that must be: half as fast as
// sha256sum and cp of the same file one after the other, under 100 MB resident.
const (
	uploadName     = "upload of a file"
	startSettles   = 11 * time.Second // until a server has given back what its start took, office.Memory
	uploadTarget   = 0.5
	uploadResident = 100 << 20
)

// measureUpload sends a file by the tus protocol to the program itself, running
// as a process of its own with the demonstration, and beside it, in the same
// round, times sha256sum and cp of the same file. It takes the medians of three
// rounds. The copy of cp may still be in memory when cp ends; ours is on the
// disk when the server answers.
func measureUpload(ctx context.Context, folder, only string, size int64) error {
	if !strings.Contains(uploadName, only) {
		return nil
	}
	dir, err := os.MkdirTemp(folder, "upload-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "file")
	if err := noise(file, size); err != nil {
		return err
	}
	server, err := program(ctx, dir)
	if err != nil {
		return err
	}
	s, err := startServer(ctx, server, filepath.Join(dir, "data"))
	if err != nil {
		return err
	}
	defer s.stop()
	idle := field(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid), "VmRSS:")
	var rounds []uploadRound
	for range 3 {
		r, err := s.round(ctx, file, size)
		if err != nil {
			return err
		}
		rounds = append(rounds, r)
	}
	slices.SortFunc(rounds, func(a, b uploadRound) int { return int(a.ratio()*1000) - int(b.ratio()*1000) })
	r := rounds[1]
	resident := slices.MaxFunc(rounds, func(a, b uploadRound) int { return int(a.resident - b.resident) }).resident
	good := r.ratio() >= uploadTarget && resident < uploadResident
	fmt.Printf("%-34s %9.1fs  of %d MB; sha256sum %.1fs and cp %.1fs: ratio %.2f, target %.2f; %.1fs of processor time; at most %d MB resident, %s after the start, target %d %s\n",
		uploadName, r.took.Seconds(), size>>20, r.sum.Seconds(), r.copied.Seconds(), r.ratio(), uploadTarget, r.used.Seconds(), resident>>20, idle, uploadResident>>20, verdict(good))
	return nil
}

// uploadRound is one file sent, and what sha256sum and cp took for it.
type uploadRound struct {
	took, sum, copied time.Duration
	used              time.Duration // processor time of the server
	resident          int64         // most of the server, bytes
}

func (r uploadRound) ratio() float64 { return (r.sum + r.copied).Seconds() / r.took.Seconds() }

func noise(file string, size int64) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	_, err = io.CopyN(out, rand.Reader, size)
	return errors.Join(err, out.Sync(), out.Close())
}

// program is what is measured: what make built, or else built here.
func program(ctx context.Context, dir string) (string, error) {
	if path, err := filepath.Abs(filepath.Join("bin", "rufaa")); err == nil {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	path := filepath.Join(dir, "rufaa")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "./cmd/rufaa")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	return path, cmd.Run()
}

// server is the program running.
type server struct {
	cmd        *exec.Cmd
	url, token string
	inquiry    string
}

// startServer tells the demonstration, then serves it afresh, so that the
// telling is not in the memory that is measured.
func startServer(ctx context.Context, program, data string) (*server, error) {
	for range 2 {
		s := &server{cmd: exec.CommandContext(ctx, program, "demo", "--data", data, "--addr", "127.0.0.1:0")}
		s.cmd.Stderr = os.Stderr
		out, err := s.cmd.StdoutPipe()
		if err != nil {
			return nil, err
		}
		if err := s.cmd.Start(); err != nil {
			return nil, err
		}
		line, err := bufio.NewReader(out).ReadString('\n')
		url, ok := strings.CutPrefix(strings.TrimSpace(line), "ready ")
		if err != nil || !ok {
			s.stop()
			return nil, fmt.Errorf("the server says %q: %w", line, err)
		}
		if _, err := os.Stat(data + ".told"); err != nil {
			s.stop()
			if err := os.WriteFile(data+".told", nil, 0o600); err != nil {
				return nil, err
			}
			continue
		}
		s.url = url
		if err := s.signIn(); err != nil {
			s.stop()
			return nil, err
		}
		time.Sleep(startSettles)
		return s, nil
	}
	return nil, errors.New("the server did not start")
}

func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
}

// signIn signs an investigator in and finds an inquiry of theirs.
func (s *server) signIn() error {
	raw, err := json.Marshal(map[string]string{"username": "barasa.inquiry", "password": demo.Password})
	if err != nil {
		return err
	}
	var in struct{ Token string }
	if err := s.json("POST", "/api/v1/session", raw, &in); err != nil {
		return err
	}
	s.token = in.Token
	var list struct{ Inquiries []struct{ ID string } }
	if err := s.json("GET", "/api/v1/inquiries", nil, &list); err != nil {
		return err
	}
	if len(list.Inquiries) == 0 {
		return errors.New("the investigator has no inquiry")
	}
	s.inquiry = list.Inquiries[0].ID
	return nil
}

func (s *server) json(method, path string, body []byte, into any) error {
	resp, err := s.call(method, s.url+path, bytes.NewReader(body), map[string]string{"Content-Type": "application/json"})
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(into)
}

// call answers anything but success with an error.
func (s *server) call(method, url string, body io.Reader, more map[string]string) (*http.Response, error) {
	req, err := http.NewRequest(method, url, body)
	if err != nil {
		return nil, err
	}
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	for k, v := range more {
		req.Header.Set(k, v)
	}
	resp, err := http.DefaultClient.Do(req)
	if err == nil && resp.StatusCode >= 300 {
		raw, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		return nil, fmt.Errorf("%s %s: %s %.300s", method, url, resp.Status, raw)
	}
	return resp, err
}

func (s *server) round(ctx context.Context, file string, size int64) (r uploadRound, err error) {
	if r.sum, err = timed(exec.CommandContext(ctx, "sha256sum", file)); err != nil {
		return r, err
	}
	if r.copied, err = timed(exec.CommandContext(ctx, "cp", file, file+".copy")); err != nil {
		return r, err
	}
	if err := os.Remove(file + ".copy"); err != nil {
		return r, err
	}
	// What the pages of sign-in once took is no part of an upload's memory.
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", s.cmd.Process.Pid), []byte("5"), 0); err != nil {
		return r, err
	}
	began, start := s.processorTime(), time.Now()
	if err := s.send(file, size); err != nil {
		return r, err
	}
	r.took, r.used = time.Since(start), s.processorTime()-began
	r.resident, err = peak(s.cmd.Process.Pid)
	return r, err
}

func timed(cmd *exec.Cmd) (time.Duration, error) {
	start := time.Now()
	err := cmd.Run()
	return time.Since(start), err
}

// send uploads the file in one body, as a client does on a good line.
func (s *server) send(file string, size int64) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	var about []string
	for name, value := range map[string]string{"inquiry": s.inquiry, "kind": "video", "filename": "long.mp4"} {
		about = append(about, name+" "+base64.StdEncoding.EncodeToString([]byte(value)))
	}
	resp, err := s.call("POST", s.url+"/api/v1/uploads", nil, map[string]string{"Tus-Resumable": "1.0.0",
		"Upload-Length": fmt.Sprint(size), "Upload-Metadata": strings.Join(about, ",")})
	if err != nil {
		return err
	}
	resp.Body.Close()
	resp, err = s.call("PATCH", s.url+resp.Header.Get("Location"), in, map[string]string{"Tus-Resumable": "1.0.0",
		"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// peak is the most memory that a process was resident with, in bytes.
func peak(pid int) (int64, error) {
	text := field(fmt.Sprintf("/proc/%d/status", pid), "VmHWM:")
	var kb int64
	if _, err := fmt.Sscan(text, &kb); err != nil {
		return 0, fmt.Errorf("no VmHWM for %d: %w", pid, err)
	}
	return kb << 10, nil
}

// processorTime is what the server has had of the processors, by hundredths of
// a second.
func (s *server) processorTime() time.Duration {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(raw), ") ")
	var user, system int64
	if f := strings.Fields(rest); len(f) > 12 {
		fmt.Sscan(f[11], &user)
		fmt.Sscan(f[12], &system)
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}

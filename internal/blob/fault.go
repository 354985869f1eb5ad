package blob

import "sync"

// fault is the first error of stages that run side by side.
type fault struct {
	mu   sync.Mutex
	err  error
	gone chan struct{} // closed with the first error
}

// set keeps the error, unless there is one, and tells whether there is.
func (f *fault) set(err error) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil && f.err == nil {
		f.err = err
		close(f.gone)
	}
	return f.err != nil
}

func (f *fault) get() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

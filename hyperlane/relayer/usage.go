package relayer

import "sync"

// usage counts the calls that use the store, so that Close waits for them.
type usage struct {
	mu     sync.Mutex
	users  sync.WaitGroup
	closed bool
}

// enter registers a call. The caller must call leave when it is done. It fails with ErrClosed after
// close.
func (u *usage) enter() (leave func(), err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		return nil, ErrClosed
	}
	u.users.Add(1)
	return u.users.Done, nil
}

// close refuses new calls and waits for those in progress. It reports whether it is the first
// close.
func (u *usage) close() bool {
	u.mu.Lock()
	first := !u.closed
	u.closed = true
	u.mu.Unlock()
	u.users.Wait()
	return first
}

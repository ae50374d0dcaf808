package relayer

import "sync"

// usage counts who uses the store, so that it is closed after the last of them.
type usage struct {
	mu     sync.Mutex
	users  sync.WaitGroup
	closed bool
}

// enter returns a function to call when done.
func (u *usage) enter() (leave func(), err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		return nil, ErrClosed
	}
	u.users.Add(1)
	return u.users.Done, nil
}

// close reports whether it was the first call; then nobody is left and nobody enters.
func (u *usage) close() bool {
	u.mu.Lock()
	first := !u.closed
	u.closed = true
	u.mu.Unlock()
	u.users.Wait()
	return first
}

package metadata

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// recovered calls f and returns its panic, if any, as an error that names the place.
func recovered(f func() ([]byte, error)) (metadata []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in %s: %v", panicked(), p)
		}
	}()
	return f()
}

// panicked returns the function, file and line of the panic that is being recovered.
func panicked() string {
	pcs := make([]uintptr, 16)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)]) // skips Callers, panicked and the deferred function
	for {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "runtime.") || !more {
			return fmt.Sprintf("%s (%s:%d)", frame.Function, filepath.Base(frame.File), frame.Line)
		}
	}
}

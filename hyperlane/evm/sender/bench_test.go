package sender

import (
	"fmt"
	"testing"
)

// BenchmarkSubmit measures the cost of one call in the sender itself, over a model of a node:
// choosing the nonce, signing with a key in memory, storing, offering.
func BenchmarkSubmit(b *testing.B) {
	w := newWorld(b, func(w *world) { w.n.sent, w.disk.pass = nil, func(string) {} })
	w.step()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		w.submit(fmt.Sprint(i))
		if i%100 == 99 { // release what is mined, as a long-running program does
			b.StopTimer()
			w.n.mine(1 + lag)
			w.step()
			for _, f := range w.s.Flights() {
				_ = w.s.Release(b.Context(), f.Keys[0])
			}
			b.StartTimer()
		}
	}
}

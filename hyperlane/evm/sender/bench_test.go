package sender

import (
	"fmt"
	"testing"
)

// BenchmarkSubmit is what one call costs the sender itself, over a model of a node: choosing the
// nonce, signing with a key in memory, storing, offering.
func BenchmarkSubmit(b *testing.B) {
	w := newWorld(b, func(w *world) { w.n.sent, w.disk.pass = nil, func(string) {} })
	w.step()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		w.submit(fmt.Sprint(i))
		if i%100 == 99 { // what is mined is released, as in a program that runs for long
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

package message

import (
	"bytes"
	"fmt"
	"testing"
)

func BenchmarkMessage(b *testing.B) {
	for _, size := range []int{64, 1024} {
		m := distinct
		m.Body = bytes.Repeat([]byte{1}, size)
		encoded, err := m.MarshalBinary()
		if err != nil {
			b.Fatal(err)
		}
		run := func(name string, f func() error) {
			b.Run(fmt.Sprintf("%s/body%d", name, size), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(encoded)))
				for b.Loop() {
					if err := f(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		buffer := make([]byte, 0, len(encoded))
		run("AppendBinary", func() error { _, err := m.AppendBinary(buffer); return err })
		run("ID", func() error { m.ID(); return nil })
		run("UnmarshalBinary", func() error { var m Message; return m.UnmarshalBinary(encoded) })
	}
}

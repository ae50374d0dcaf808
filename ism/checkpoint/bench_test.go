package checkpoint_test

import (
	"testing"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

func BenchmarkDigest(b *testing.B) {
	c := golden(1)
	b.ReportAllocs()
	for b.Loop() {
		c.Digest()
	}
}

func BenchmarkSign(b *testing.B) {
	signer, c := checkpoint.NewKeySigner(key(b, 0x11)), golden(1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := checkpoint.Sign(b.Context(), signer, c); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	signed := goldenSigned(b, 1)
	b.ReportAllocs()
	for b.Loop() {
		if err := signed.Verify(addr1); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnmarshalJSON(b *testing.B) {
	text := []byte(stored)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		var s checkpoint.Signed
		if err := s.UnmarshalJSON(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMarshalJSON(b *testing.B) {
	signed := goldenSigned(b, 12)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := signed.MarshalJSON(); err != nil {
			b.Fatal(err)
		}
	}
}

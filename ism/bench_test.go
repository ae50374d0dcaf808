package ism_test

import (
	"bytes"
	"crypto/ecdsa"
	"fmt"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

func BenchmarkVerify(b *testing.B) {
	for _, k := range kinds {
		for _, size := range []struct{ threshold, validators int }{{3, 5}, {6, 9}} {
			b.Run(fmt.Sprintf("%s/%d-of-%d", k.name, size.threshold, size.validators), func(b *testing.B) {
				keys := make([]*ecdsa.PrivateKey, size.validators)
				set := make([]common.Address, size.validators)
				for i := range keys {
					key, err := crypto.ToECDSA(bytes.Repeat([]byte{byte(i + 1)}, 32))
					require.NoError(b, err)
					keys[i], set[i] = key, crypto.PubkeyToAddress(key.PublicKey)
				}
				m := sampleMessage(b)
				metadata := k.sample(b)
				c := k.checkpoint(b, metadata, m)
				metadata = metadata[:k.start]
				for _, key := range keys[size.validators-size.threshold:] { // the longest walk
					signed, err := checkpoint.Sign(b.Context(), checkpoint.NewKeySigner(key), c)
					require.NoError(b, err)
					metadata = append(metadata, signed.Signature[:]...)
				}
				module := k.module(set, uint8(size.threshold))
				b.ReportAllocs()
				for b.Loop() {
					if err := module.Verify(metadata, m); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

package contracts_test

import (
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/contracts"
)

func BenchmarkPackDispatch(b *testing.B) {
	b.ReportAllocs()
	body := make([]byte, 100)
	for b.Loop() {
		contracts.Mailbox{}.PackDispatch(2000, [32]byte{31: 1}, body)
	}
}

func BenchmarkPackProcess(b *testing.B) {
	b.ReportAllocs()
	metadata, message := make([]byte, 68+3*65), make([]byte, 177)
	for b.Loop() {
		contracts.Mailbox{}.PackProcess(metadata, message)
	}
}

func BenchmarkUnpackNonce(b *testing.B) {
	b.ReportAllocs()
	mailbox, data := contracts.Mailbox{}, make([]byte, 32)
	for b.Loop() {
		if _, err := mailbox.UnpackNonce(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnpackDispatchEvent(b *testing.B) {
	b.ReportAllocs()
	mailbox := contracts.Mailbox{}
	log := &types.Log{
		Topics: []common.Hash{contracts.DispatchTopic, {}, {}, {}},
		Data:   append(make([]byte, 31), append([]byte{32}, make([]byte, 32)...)...),
	}
	for b.Loop() {
		if _, err := mailbox.UnpackDispatchEvent(log); err != nil {
			b.Fatal(err)
		}
	}
}

package evmtest

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// TickTopic is the first topic of the event that a [Node] emits where Emit is nil. Its data is a
// 32-byte id and the event's serial as a word.
var TickTopic = crypto.Keccak256Hash([]byte("Tick(bytes32,uint32)"))

// CountCall is the input of the call that reads the number of ticks.
var CountCall = crypto.Keccak256([]byte("count()"))[:4]

// Tick is an event of a [Node].
type Tick struct {
	evm.Position
	ID    common.Hash // differs for each event ever emitted
	Index uint32
}

func tick(serial uint32, salt uint64) []types.Log {
	id := crypto.Keccak256(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(nil, serial), salt))
	return []types.Log{{Address: Contract, Topics: []common.Hash{TickTopic}, Data: append(id, Word(uint64(serial))...)}}
}

// Ticks returns the stream of ticks, with their serial and count.
func Ticks(c *evm.Client) evm.Stream[Tick] {
	return evm.Stream[Tick]{
		Name: "Tick", Field: "contract", Address: Contract, Topics: []common.Hash{TickTopic},
		Decode:   decodeTicks,
		Position: func(t *Tick) *evm.Position { return &t.Position },
		Serial:   func(t *Tick) uint32 { return t.Index },
		Count: func(ctx context.Context, at evm.Head) (uint32, error) {
			return evm.Read(ctx, c, at, CountQuery())
		},
	}
}

// CountQuery returns the query for the number of ticks.
func CountQuery() evm.Query[uint32] {
	return evm.Query[uint32]{Name: "count()", To: Contract, Data: CountCall, Decode: func(out []byte) (uint32, error) {
		if len(out) != 32 {
			return 0, errors.New("one word")
		}
		return binary.BigEndian.Uint32(out[28:]), nil
	}}
}

func decodeTicks(logs []types.Log) ([]Tick, error) {
	ticks := make([]Tick, 0, len(logs))
	for i := range logs {
		l := &logs[i]
		if len(l.Data) != 64 {
			return nil, evm.BadLog(l, "Tick", evm.TopicText(l), "64 bytes of data")
		}
		ticks = append(ticks, Tick{
			Position: evm.PositionOf(l), ID: common.Hash(l.Data[:32]), Index: binary.BigEndian.Uint32(l.Data[60:]),
		})
	}
	return ticks, nil
}

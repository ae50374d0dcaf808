package relayer

import (
	"encoding/binary"

	"github.com/hyperlane-go/sdk/message"
)

// The store is one pebble database. Integers in keys are big-endian, so that keys sort by them.
//
//	key                            value
//	"schema"                       schemaVersion
//	"p" domain(4)                  pin: identity of the chain
//	"c" domain(4)                  point: cursor of the origin
//	"t" domain(4) next(8)          point: earlier cursor, to return to after a reorganisation
//	"l" domain(4) index(4)         message id (32): leaf of the tree
//	"x" domain(4) id(32) index(4)  empty: leaf indexes of a message
//	"b" domain(4) block(8) id(32)  empty: messages of a block
//	"q" id(32)                     record: message that is not done
//	"f" id(32)                     record: filtered message
//	"d" id(32)                     record: message that is done
//	"n" domain(4) nonce(8)         sender.Record: transaction under way to the destination
//
// What belongs together is written in one batch: the cursor moves with the leaves and messages of
// the blocks that it passes. So a crash leaves the state before a batch or after it.
const schemaVersion = "hyperlane relayer state, version 2"

const (
	keySchema   = "schema"
	prefixPin   = 'p'
	prefixPoint = 'c'
	prefixTrail = 't'
	prefixLeaf  = 'l'
	prefixIndex = 'x'
	prefixBlock = 'b'
	prefixQueue = 'q'
	prefixAside = 'f'
	prefixDone  = 'd'

	prefixTransaction = 'n'
)

func domainKey(prefix byte, d message.Domain) []byte {
	return binary.BigEndian.AppendUint32([]byte{prefix}, uint32(d))
}

func trailKey(d message.Domain, next uint64) []byte {
	return binary.BigEndian.AppendUint64(domainKey(prefixTrail, d), next)
}

func leafKey(d message.Domain, index uint32) []byte {
	return binary.BigEndian.AppendUint32(domainKey(prefixLeaf, d), index)
}

func indexKey(d message.Domain, id message.ID, index uint32) []byte {
	return binary.BigEndian.AppendUint32(append(domainKey(prefixIndex, d), id[:]...), index)
}

func blockKey(d message.Domain, block uint64, id message.ID) []byte {
	return append(binary.BigEndian.AppendUint64(domainKey(prefixBlock, d), block), id[:]...)
}

func recordKey(prefix byte, id message.ID) []byte { return append([]byte{prefix}, id[:]...) }

// prefixOf returns the prefix under which the store keeps a record at a stage.
func prefixOf(s Stage) byte {
	switch s {
	case StageFiltered:
		return prefixAside
	case StageFinal:
		return prefixDone
	default:
		return prefixQueue
	}
}

// after returns the lowest key above all keys with a prefix.
func after(prefix []byte) []byte {
	end := append([]byte(nil), prefix...)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i]++; end[i] != 0 {
			return end[:i+1]
		}
	}
	return nil
}

func transactionKey(d message.Domain, nonce uint64) []byte {
	return binary.BigEndian.AppendUint64(domainKey(prefixTransaction, d), nonce)
}

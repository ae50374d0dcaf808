package hyperlane

import (
	"context"
	"iter"
	"math"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// Topics of the events that this package reads (Protocol 2.2 and 4.2).
var (
	topicDispatch   = contracts.DispatchTopic
	topicDispatchID = contracts.DispatchIdTopic
	topicProcess    = contracts.ProcessTopic
	topicProcessID  = contracts.ProcessIdTopic
	topicInserted   = contracts.InsertedIntoTreeTopic
)

// DispatchEvent is a message that left.
type DispatchEvent struct {
	evm.Position
	Message message.Message
	ID      message.ID // the hash of Message, which is also what the contract stated
}

// InsertionEvent is a leaf put into the tree. The same id can be inserted more than once: any
// account may repeat the newest message.
type InsertionEvent struct {
	evm.Position
	ID    message.ID
	Index uint32 // of the leaf
}

// DeliveryEvent is a message that was processed.
type DeliveryEvent struct {
	evm.Position
	ID        message.ID
	Origin    message.Domain  // where it came from
	Sender    message.Address // who dispatched it there
	Recipient common.Address  // the contract that handled it here
}

// Dispatches reads the messages that left in a range of blocks, oldest first. Each is checked: the
// bytes hash to the id that the contract stated, the origin is this chain, the indexed fields
// agree, the nonces follow each other without a gap, the block is part of the chain. Iteration
// stops at the first error.
func (o *Outbox) Dispatches(ctx context.Context, r evm.Range) iter.Seq2[DispatchEvent, error] {
	return evm.Scan(ctx, o.c.Client, o.stream(), r)
}

// FollowDispatches reads the messages that left from r.From on, and goes on with those to come: see
// [Outbox.Dispatches] for what is checked, and evm.Follow for how reorganisations show.
func (o *Outbox) FollowDispatches(ctx context.Context, r evm.Range) iter.Seq2[DispatchEvent, error] {
	return evm.Follow(ctx, o.c.Client, o.stream(), r)
}

func (o *Outbox) stream() evm.Stream[DispatchEvent] {
	return evm.Stream[DispatchEvent]{
		Name: "Dispatch", Field: "Addresses.Outbox", Address: o.c.addrs.Outbox,
		Topics:   []common.Hash{topicDispatch, topicDispatchID},
		Decode:   decodeDispatches(o.c.domain),
		Position: func(e *DispatchEvent) *evm.Position { return &e.Position },
		Serial:   func(e *DispatchEvent) uint32 { return e.Message.Nonce },
		Count:    func(ctx context.Context, at evm.Head) (uint32, error) { return o.c.At(at).Outbox().Nonce(ctx) },
	}
}

// Insertions reads the leaves put into the tree in a range of blocks, in order. They are checked as
// [Outbox.Dispatches] says; leaf indexes follow each other without a gap.
func (t *Tree) Insertions(ctx context.Context, r evm.Range) iter.Seq2[InsertionEvent, error] {
	return evm.Scan(ctx, t.c.Client, t.stream(), r)
}

// FollowInsertions is to [Tree.Insertions] what [Outbox.FollowDispatches] is to
// [Outbox.Dispatches].
func (t *Tree) FollowInsertions(ctx context.Context, r evm.Range) iter.Seq2[InsertionEvent, error] {
	return evm.Follow(ctx, t.c.Client, t.stream(), r)
}

func (t *Tree) stream() evm.Stream[InsertionEvent] {
	return evm.Stream[InsertionEvent]{
		Name: "InsertedIntoTree", Field: "Addresses.MerkleTreeHook", Address: t.c.addrs.Tree(),
		Topics:   []common.Hash{topicInserted}, // InsertedIntoTree has no indexed field
		Decode:   decodeInsertions,
		Position: func(e *InsertionEvent) *evm.Position { return &e.Position },
		Serial:   func(e *InsertionEvent) uint32 { return e.Index },
		Count:    func(ctx context.Context, at evm.Head) (uint32, error) { return t.c.At(at).Tree().Count(ctx) },
	}
}

// Deliveries reads the messages processed in a range of blocks, oldest first. No number shows that
// one is missing: [Inbox.Delivered] says whether a given message was delivered.
func (in *Inbox) Deliveries(ctx context.Context, r evm.Range) iter.Seq2[DeliveryEvent, error] {
	return evm.Scan(ctx, in.c.Client, in.stream(), r)
}

// FollowDeliveries is to [Inbox.Deliveries] what [Outbox.FollowDispatches] is to
// [Outbox.Dispatches].
func (in *Inbox) FollowDeliveries(ctx context.Context, r evm.Range) iter.Seq2[DeliveryEvent, error] {
	return evm.Follow(ctx, in.c.Client, in.stream(), r)
}

func (in *Inbox) stream() evm.Stream[DeliveryEvent] {
	return evm.Stream[DeliveryEvent]{
		Name: "Process", Field: "Addresses.Inbox", Address: in.c.addrs.Inbox,
		Topics:   []common.Hash{topicProcess, topicProcessID},
		Decode:   decodeDeliveries,
		Position: func(e *DeliveryEvent) *evm.Position { return &e.Position },
	}
}

// pairs splits logs into the pairs in which mailboxes emit them: the event, then at once its id, in
// one transaction.
func pairs(logs []types.Log, first, second common.Hash, each func(event, id *types.Log) error) error {
	for i := 0; i < len(logs); i += 2 {
		event := &logs[i]
		if !evm.HasTopic(event, first) {
			return evm.BadLog(event, "topic", evm.TopicText(event), first.Hex())
		}
		if i+1 == len(logs) {
			return evm.BadLog(event, "the log with its id", "missing", second.Hex())
		}
		id := &logs[i+1]
		switch {
		case !evm.HasTopic(id, second) || len(id.Topics) != 2 || len(id.Data) != 0:
			return evm.BadLog(id, "log after "+first.Hex(), evm.TopicText(id), second.Hex()+" with one indexed field and no data")
		case id.BlockHash != event.BlockHash || id.TxHash != event.TxHash || id.Index != event.Index+1:
			return evm.BadLog(id, "place", "apart from the event it belongs to", "right behind it")
		}
		if err := each(event, id); err != nil {
			return err
		}
	}
	return nil
}

// decodeDispatches reads Dispatch and DispatchId logs.
//
// SECURITY: what leaves here is signed for and delivered. The message must hash to the id that the
// contract stated, be from this domain, and agree with the indexed fields; sender is an indexed
// address, recipient a full bytes32.
func decodeDispatches(domain message.Domain) func([]types.Log) ([]DispatchEvent, error) {
	return func(logs []types.Log) ([]DispatchEvent, error) {
		events := make([]DispatchEvent, 0, len(logs)/2)
		err := pairs(logs, topicDispatch, topicDispatchID, func(event, id *types.Log) error {
			raw, ok := soleBytes(event.Data)
			if !ok || len(event.Topics) != 4 {
				return evm.BadLog(event, "Dispatch", evm.TopicText(event), "three indexed fields and one byte string")
			}
			e := DispatchEvent{Position: evm.PositionOf(id), ID: message.ID(id.Topics[1])}
			if err := e.Message.UnmarshalBinary(raw); err != nil {
				return evm.BadLog(event, "message", evm.Short(raw), "a message: "+err.Error())
			}
			m := &e.Message
			switch have := m.ID(); {
			case have != e.ID:
				return evm.BadLog(event, "message", "one that hashes to "+have.String(), e.ID.String())
			case m.Origin != domain:
				return evm.BadLog(event, "origin", m.Origin.String(), domain.String())
			case common.Hash(m.Sender) != event.Topics[1]:
				return evm.BadLog(event, "sender", event.Topics[1].Hex(), m.Sender.String())
			case domainTopic(m.Destination) != event.Topics[2]:
				return evm.BadLog(event, "destination", event.Topics[2].Hex(), m.Destination.String())
			case common.Hash(m.Recipient) != event.Topics[3]:
				return evm.BadLog(event, "recipient", event.Topics[3].Hex(), m.Recipient.String())
			}
			events = append(events, e)
			return nil
		})
		if err != nil {
			return nil, err
		}
		return events, nil
	}
}

// decodeInsertions reads InsertedIntoTree logs: two words of data, no indexed field.
func decodeInsertions(logs []types.Log) ([]InsertionEvent, error) {
	events := make([]InsertionEvent, 0, len(logs))
	for i := range logs {
		l := &logs[i]
		if len(l.Topics) != 1 || l.Topics[0] != topicInserted || len(l.Data) != 64 {
			return nil, evm.BadLog(l, "InsertedIntoTree", evm.TopicText(l), "no indexed field and 64 bytes")
		}
		index, ok := word32(l.Data[32:])
		if !ok || index == math.MaxUint32 {
			return nil, evm.BadLog(l, "leaf index", evm.Short(l.Data[32:]), "less than 2^32-1")
		}
		events = append(events, InsertionEvent{Position: evm.PositionOf(l), ID: message.ID(l.Data[:32]), Index: index})
	}
	return events, nil
}

// decodeDeliveries reads Process and ProcessId logs; sender is a full bytes32, recipient an indexed
// address.
func decodeDeliveries(logs []types.Log) ([]DeliveryEvent, error) {
	events := make([]DeliveryEvent, 0, len(logs)/2)
	err := pairs(logs, topicProcess, topicProcessID, func(event, id *types.Log) error {
		if len(event.Topics) != 4 || len(event.Data) != 0 {
			return evm.BadLog(event, "Process", evm.TopicText(event), "three indexed fields and no data")
		}
		origin, ok := word32(event.Topics[1][:])
		if !ok {
			return evm.BadLog(event, "origin", event.Topics[1].Hex(), "a domain")
		}
		recipient, err := message.Address(event.Topics[3]).EVM()
		if err != nil {
			return evm.BadLog(event, "recipient", event.Topics[3].Hex(), "an address")
		}
		events = append(events, DeliveryEvent{
			Position: evm.PositionOf(id), ID: message.ID(id.Topics[1]),
			Origin: message.Domain(origin), Sender: message.Address(event.Topics[2]), Recipient: recipient,
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return events, nil
}

// soleBytes reads the ABI encoding of one byte string: offset 32, length, bytes, zeros up to a
// whole word.
func soleBytes(data []byte) ([]byte, bool) {
	if len(data) < 64 || len(data)%32 != 0 {
		return nil, false
	}
	offset, ok := word32(data[:32])
	if !ok || offset != 32 {
		return nil, false
	}
	n, ok := word32(data[32:64])
	if !ok || uint64(len(data)) != 64+(uint64(n)+31)/32*32 {
		return nil, false
	}
	for _, b := range data[64+int(n):] {
		if b != 0 {
			return nil, false
		}
	}
	return data[64 : 64+int(n)], true
}

// word32 reads a 32-byte word that must fit in 32 bits.
func word32(word []byte) (uint32, bool) {
	for _, b := range word[:28] {
		if b != 0 {
			return 0, false
		}
	}
	return uint32(word[28])<<24 | uint32(word[29])<<16 | uint32(word[30])<<8 | uint32(word[31]), true
}

func domainTopic(d message.Domain) (h common.Hash) {
	h[28], h[29], h[30], h[31] = byte(d>>24), byte(d>>16), byte(d>>8), byte(d)
	return h
}

package hyperlane

import (
	"context"
	"iter"
	"math"
	"strconv"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/message"
)

// Topics of the protocol's events (protocol specification 2.2 and 4.2).
var (
	topicDispatch   = contracts.DispatchTopic
	topicDispatchID = contracts.DispatchIdTopic
	topicProcess    = contracts.ProcessTopic
	topicProcessID  = contracts.ProcessIdTopic
	topicInserted   = contracts.InsertedIntoTreeTopic
)

// Position is where in the chain an event stands. Every event carries one.
type Position struct {
	BlockNumber uint64
	BlockHash   common.Hash
	TxHash      common.Hash
	TxIndex     uint // within the block
	LogIndex    uint // within the block; of the log that names the message's id
	Removed     bool // only from the Follow iterators: the event was yielded before, and a reorganisation undid it
}

// DispatchEvent is a message that left.
type DispatchEvent struct {
	Position
	Message message.Message
	ID      message.ID // the hash of Message, which is also what the contract stated
}

// InsertionEvent is a leaf put into the tree. The same id may be inserted more than once: anybody may repeat the
// newest message.
type InsertionEvent struct {
	Position
	ID    message.ID
	Index uint32 // of the leaf
}

// DeliveryEvent is a message that was processed.
type DeliveryEvent struct {
	Position
	ID        message.ID
	Origin    message.Domain  // where it came from
	Sender    message.Address // who dispatched it there
	Recipient common.Address  // the contract that handled it here
}

// EventRange is a range of blocks, both ends included.
type EventRange struct {
	From uint64 // first block; zero is the chain's first
	To   uint64 // last block; zero is the newest that is final. A later block than that is cut down to it
	// Finality bounds what is read at all. Zero is no lag: events may then still be undone.
	Finality Finality
	// Chunk is how many blocks one query covers at most. Zero is the chain's own setting, see WithChunk.
	Chunk uint64
}

// Dispatches reads the messages that left in a range of blocks, oldest first. Each is checked: the bytes hash to
// the id that the contract stated, the origin is this chain, the indexed fields agree, the nonces follow each other
// without a gap, the block is part of the chain. Iteration stops at the first error.
func (o *Outbox) Dispatches(ctx context.Context, r EventRange) iter.Seq2[DispatchEvent, error] {
	return scan(ctx, o.c, o.events(), r)
}

// FollowDispatches reads the messages that left from r.From on, and goes on with those to come: see
// [Outbox.Dispatches] for what is checked, and the package documentation for how reorganisations are told. It ends
// with ctx, with an error, or after block r.To if that is not zero.
func (o *Outbox) FollowDispatches(ctx context.Context, r EventRange) iter.Seq2[DispatchEvent, error] {
	return follow(ctx, o.c, o.events(), r)
}

func (o *Outbox) events() eventKind[DispatchEvent] {
	return eventKind[DispatchEvent]{
		name: "Dispatch", field: "Outbox", address: o.c.addrs.Outbox, topics: []common.Hash{topicDispatch, topicDispatchID},
		decode: decodeDispatches(o.c.domain),
		place:  func(e *DispatchEvent) *Position { return &e.Position },
		serial: func(e *DispatchEvent) uint32 { return e.Message.Nonce },
		count:  o.Nonce,
	}
}

// Insertions reads the leaves put into the tree in a range of blocks, in order. Checked as [Outbox.Dispatches]
// says; leaf indexes follow each other without a gap.
func (t *TreeClient) Insertions(ctx context.Context, r EventRange) iter.Seq2[InsertionEvent, error] {
	return scan(ctx, t.c, t.events(), r)
}

// FollowInsertions is to [TreeClient.Insertions] what [Outbox.FollowDispatches] is to [Outbox.Dispatches].
func (t *TreeClient) FollowInsertions(ctx context.Context, r EventRange) iter.Seq2[InsertionEvent, error] {
	return follow(ctx, t.c, t.events(), r)
}

func (t *TreeClient) events() eventKind[InsertionEvent] {
	return eventKind[InsertionEvent]{
		name: "InsertedIntoTree", field: "MerkleTreeHook", address: t.c.addrs.Tree(), topics: []common.Hash{topicInserted},
		decode: decodeInsertions,
		place:  func(e *InsertionEvent) *Position { return &e.Position },
		serial: func(e *InsertionEvent) uint32 { return e.Index },
		count:  t.Count,
	}
}

// Deliveries reads the messages processed in a range of blocks, oldest first. There is no number by which a missing
// one could be noticed: whether a given message was delivered is answered by [Inbox.Delivered].
func (in *Inbox) Deliveries(ctx context.Context, r EventRange) iter.Seq2[DeliveryEvent, error] {
	return scan(ctx, in.c, in.events(), r)
}

// FollowDeliveries is to [Inbox.Deliveries] what [Outbox.FollowDispatches] is to [Outbox.Dispatches].
func (in *Inbox) FollowDeliveries(ctx context.Context, r EventRange) iter.Seq2[DeliveryEvent, error] {
	return follow(ctx, in.c, in.events(), r)
}

func (in *Inbox) events() eventKind[DeliveryEvent] {
	return eventKind[DeliveryEvent]{
		name: "Process", field: "Inbox", address: in.c.addrs.Inbox, topics: []common.Hash{topicProcess, topicProcessID},
		decode: decodeDeliveries,
		place:  func(e *DeliveryEvent) *Position { return &e.Position },
	}
}

// eventKind is what scan and follow need to know of an event.
type eventKind[E any] struct {
	name    string
	field   string // of Addresses
	address common.Address
	topics  []common.Hash // any of them as the first topic; nothing else is filtered by: InsertedIntoTree has no indexed field
	decode  func([]types.Log) ([]E, error)
	place   func(*E) *Position
	serial  func(*E) uint32                             // number that grows by one with each event; nil: there is none
	count   func(context.Context, Head) (uint32, error) // the serial of the next event as of a block; nil with serial
}

func hasTopic(l *types.Log, topics ...common.Hash) bool {
	if len(l.Topics) == 0 {
		return false
	}
	for _, t := range topics {
		if l.Topics[0] == t {
			return true
		}
	}
	return false
}

func position(l *types.Log) Position {
	return Position{BlockNumber: l.BlockNumber, BlockHash: l.BlockHash, TxHash: l.TxHash, TxIndex: l.TxIndex, LogIndex: l.Index}
}

// badLog describes a log that the contract cannot have emitted.
func badLog(l *types.Log, what, have, want string) error {
	return &AnswerError{
		Op: "eth_getLogs", Block: l.BlockNumber, Tx: l.TxHash,
		What: "log " + strconv.FormatUint(uint64(l.Index), 10) + ": " + what, Have: have, Want: want,
	}
}

// pairs splits logs into the pairs in which mailboxes emit them: the event, then at once its id, in one transaction.
func pairs(logs []types.Log, first, second common.Hash, each func(event, id *types.Log) error) error {
	for i := 0; i < len(logs); i += 2 {
		event := &logs[i]
		if !hasTopic(event, first) {
			return badLog(event, "topic", topicText(event), first.Hex())
		}
		if i+1 == len(logs) {
			return badLog(event, "the log with its id", "missing", second.Hex())
		}
		id := &logs[i+1]
		switch {
		case !hasTopic(id, second) || len(id.Topics) != 2 || len(id.Data) != 0:
			return badLog(id, "log after "+first.Hex(), topicText(id), second.Hex()+" with one indexed field and no data")
		case id.BlockHash != event.BlockHash || id.TxHash != event.TxHash || id.Index != event.Index+1:
			return badLog(id, "place", "apart from the event it belongs to", "right behind it")
		}
		if err := each(event, id); err != nil {
			return err
		}
	}
	return nil
}

func topicText(l *types.Log) string {
	if len(l.Topics) == 0 {
		return "none"
	}
	return l.Topics[0].Hex() + " with " + strconv.Itoa(len(l.Topics)) + " topics and " + strconv.Itoa(len(l.Data)) + " bytes"
}

// decodeDispatches reads Dispatch and DispatchId logs.
//
// SECURITY: what leaves here is signed for and delivered. The message must hash to the id that the contract stated,
// be from this domain, and agree with the indexed fields; sender is an indexed address, recipient a full bytes32.
func decodeDispatches(domain message.Domain) func([]types.Log) ([]DispatchEvent, error) {
	return func(logs []types.Log) ([]DispatchEvent, error) {
		events := make([]DispatchEvent, 0, len(logs)/2)
		err := pairs(logs, topicDispatch, topicDispatchID, func(event, id *types.Log) error {
			raw, ok := soleBytes(event.Data)
			if !ok || len(event.Topics) != 4 {
				return badLog(event, "Dispatch", topicText(event), "three indexed fields and one byte string")
			}
			e := DispatchEvent{Position: position(id), ID: message.ID(id.Topics[1])}
			if err := e.Message.UnmarshalBinary(raw); err != nil {
				return badLog(event, "message", short(raw), "a message: "+err.Error())
			}
			m := &e.Message
			switch have := m.ID(); {
			case have != e.ID:
				return badLog(event, "message", "one that hashes to "+have.String(), e.ID.String())
			case m.Origin != domain:
				return badLog(event, "origin", m.Origin.String(), domain.String())
			case common.Hash(m.Sender) != event.Topics[1]:
				return badLog(event, "sender", event.Topics[1].Hex(), m.Sender.String())
			case domainTopic(m.Destination) != event.Topics[2]:
				return badLog(event, "destination", event.Topics[2].Hex(), m.Destination.String())
			case common.Hash(m.Recipient) != event.Topics[3]:
				return badLog(event, "recipient", event.Topics[3].Hex(), m.Recipient.String())
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
			return nil, badLog(l, "InsertedIntoTree", topicText(l), "no indexed field and 64 bytes")
		}
		index, ok := word32(l.Data[32:])
		if !ok || index == math.MaxUint32 {
			return nil, badLog(l, "leaf index", short(l.Data[32:]), "less than 2^32-1")
		}
		events = append(events, InsertionEvent{Position: position(l), ID: message.ID(l.Data[:32]), Index: index})
	}
	return events, nil
}

// decodeDeliveries reads Process and ProcessId logs; sender is a full bytes32, recipient an indexed address.
func decodeDeliveries(logs []types.Log) ([]DeliveryEvent, error) {
	events := make([]DeliveryEvent, 0, len(logs)/2)
	err := pairs(logs, topicProcess, topicProcessID, func(event, id *types.Log) error {
		if len(event.Topics) != 4 || len(event.Data) != 0 {
			return badLog(event, "Process", topicText(event), "three indexed fields and no data")
		}
		origin, ok := word32(event.Topics[1][:])
		if !ok {
			return badLog(event, "origin", event.Topics[1].Hex(), "a domain")
		}
		recipient, err := message.Address(event.Topics[3]).EVM()
		if err != nil {
			return badLog(event, "recipient", event.Topics[3].Hex(), "an address")
		}
		events = append(events, DeliveryEvent{
			Position: position(id), ID: message.ID(id.Topics[1]),
			Origin: message.Domain(origin), Sender: message.Address(event.Topics[2]), Recipient: recipient,
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return events, nil
}

// soleBytes reads the ABI encoding of one byte string: offset 32, length, bytes, zeros up to a whole word.
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

package evm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"
	"golang.org/x/sync/errgroup"
)

// Limits of one request and of requests at the same time.
const (
	maxBatch = 100 // reads in one request: nodes refuse larger ones
	lanes    = 8   // requests at a time
)

// ErrNotRun marks an [Answer] of a [Batch] that has not run.
var ErrNotRun = errors.New("evm: the batch of this query has not run")

// Batch makes many reads as of one block in as few round trips as the node permits: in one JSON-RPC
// batch, in one eth_call of the chain's multicall contract ([WithMulticall]), or several requests
// at a time.
//
//	batch := client.Batch(head)
//	nonce := evm.Add(batch, outbox.NonceQuery())
//	count := evm.Add(batch, tree.CountQuery())
//	err := batch.Run(ctx)
//	n, err := nonce.Get()
//
// Each answer is checked as [Read] checks it, and one that fails leaves the others alone. A Batch
// is for one goroutine. Queries added after [Batch.Run] are read as of the same block.
type Batch struct {
	client  *Client
	at      Head
	pending []batched
}

// batched is a query whose type is hidden.
type batched struct {
	message ethereum.CallMsg
	take    func(ctx context.Context, out []byte, err error)
}

// Batch returns an empty batch of reads as of a block. Where the Head has no hash, or is the
// latest, the batch looks the block up first, so that all reads are of one block.
func (c *Client) Batch(at Head) *Batch { return &Batch{client: c, at: at} }

// Answer is what a query of a batch gives.
type Answer[T any] struct {
	value T
	err   error
}

// Get returns the answer, or the error of this query. Before [Batch.Run] the error is [ErrNotRun].
func (a *Answer[T]) Get() (T, error) { return a.value, a.err }

// Add puts a query into the batch. The answer is there after [Batch.Run].
func Add[T any](b *Batch, q Query[T]) *Answer[T] {
	a := &Answer[T]{err: fmt.Errorf("%w: %s", ErrNotRun, q.Name)}
	b.pending = append(b.pending, batched{
		message: q.message(),
		take: func(ctx context.Context, out []byte, err error) {
			a.value, a.err = q.answer(ctx, b.client, b.at, out, err)
		},
	})
	return a
}

// Run makes the reads and empties the batch. It fails where a request of many reads fails, or the
// block is no longer part of the chain; the answers without a read then keep [ErrNotRun]. The
// errors of single reads are in their answers.
func (b *Batch) Run(ctx context.Context) error {
	if len(b.pending) == 0 {
		return nil
	}
	if err := b.fix(ctx); err != nil {
		return err
	}
	queries := b.pending
	b.pending = nil
	for len(queries) > 0 {
		part := queries[:min(maxBatch, len(queries))]
		queries = queries[len(part):]
		if err := b.run(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

// fix looks up the block that the reads are of, so that it has a hash.
func (b *Batch) fix(ctx context.Context) (err error) {
	head := b.at
	switch {
	case head.IsLatest():
		head, err = b.client.Head(ctx, Finality{})
	case head.Hash == common.Hash{}:
		head, err = b.client.HeadAt(ctx, head.Number)
	}
	if err != nil {
		return err
	}
	b.at = head
	return nil
}

// run makes the reads of one request.
func (b *Batch) run(ctx context.Context, queries []batched) error {
	c := b.client
	if raw := c.raw(); raw != nil && len(queries) > 1 && !c.noBatch.Load() {
		err := b.overRPC(ctx, raw, queries)
		if !refusesBatches(err) {
			return err
		}
		c.noBatch.Store(true)
		c.opts.log.Debug("node refuses JSON-RPC batches, asking one by one", "err", err)
	}
	if c.opts.multicall != (common.Address{}) && len(queries) > 1 {
		return b.overMulticall(ctx, queries)
	}
	return b.oneByOne(ctx, queries)
}

// refusesBatches distinguishes a node that takes no batches from one that fails. Such nodes answer
// with an error object, an HTTP status, or an array that has nothing for the requests. A node that
// is busy or down refuses no batches.
func refusesBatches(err error) bool {
	var status rpc.HTTPError
	if errors.As(err, &status) {
		switch code := status.StatusCode; code {
		case http.StatusRequestTimeout, http.StatusTooManyRequests:
			return false
		default:
			return code < http.StatusInternalServerError || code == http.StatusNotImplemented
		}
	}
	var said rpc.Error
	var syntax *json.SyntaxError
	var shape *json.UnmarshalTypeError
	return errors.As(err, &said) || errors.As(err, &syntax) || errors.As(err, &shape) || errors.Is(err, rpc.ErrMissingBatchResponse)
}

// oneByOne makes the reads in requests of their own, several at a time.
func (b *Batch) oneByOne(ctx context.Context, queries []batched) error {
	var group errgroup.Group
	group.SetLimit(lanes)
	for _, q := range queries {
		group.Go(func() error {
			out, err := b.client.call(ctx, b.at, q.message)
			q.take(ctx, out, err)
			return nil
		})
	}
	return errors.Join(group.Wait(), ctx.Err())
}

// overRPC makes the reads in one JSON-RPC batch, at the hash of the block where the node can.
func (b *Batch) overRPC(ctx context.Context, raw *rpc.Client, queries []batched) error {
	c := b.client
	byHash := !c.noHash.Load()
	elements, err := b.request(ctx, raw, queries, byHash)
	if refusal := refusedParams(elements); byHash && refusal != nil {
		c.refusesHashes(refusal)
		byHash = false
		elements, err = b.request(ctx, raw, queries, byHash)
	}
	if err == nil && !byHash {
		err = c.stillAt(ctx, b.at)
	}
	if err != nil {
		return err
	}
	var unanswered []batched // nodes cut long answers short
	for i, q := range queries {
		switch err := elements[i].Error; {
		case errors.Is(err, rpc.ErrMissingBatchResponse):
			unanswered = append(unanswered, q)
		case err != nil:
			q.take(ctx, nil, c.refused(q.message.To, &RPCError{Op: "eth_call " + toText(q.message.To), Err: err}))
		default:
			q.take(ctx, *elements[i].Result.(*hexutil.Bytes), nil)
		}
	}
	return b.oneByOne(ctx, unanswered)
}

// request sends one JSON-RPC batch. It fails where nothing at all was answered.
func (b *Batch) request(ctx context.Context, raw *rpc.Client, queries []batched, byHash bool) ([]rpc.BatchElem, error) {
	var block any = hexutil.EncodeUint64(b.at.Number)
	if byHash {
		block = rpc.BlockNumberOrHashWithHash(b.at.Hash, false)
	}
	elements := make([]rpc.BatchElem, len(queries))
	for i, q := range queries {
		elements[i] = rpc.BatchElem{Method: "eth_call", Args: []any{callArgument(q.message), block}, Result: new(hexutil.Bytes)}
	}
	op := fmt.Sprintf("batch of %d eth_call", len(queries))
	_, err := ask(ctx, b.client.node, op, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, raw.BatchCallContext(ctx, elements)
	})
	if err != nil {
		return nil, err
	}
	for i := range elements {
		if !errors.Is(elements[i].Error, rpc.ErrMissingBatchResponse) {
			return elements, nil
		}
	}
	return nil, &RPCError{Op: op, Err: rpc.ErrMissingBatchResponse}
}

// refusedParams returns the first refusal of a request's parameters, nil if there is none.
func refusedParams(elements []rpc.BatchElem) error {
	for i := range elements {
		if badParams(elements[i].Error) {
			return elements[i].Error
		}
	}
	return nil
}

// callArgument is the JSON of a call.
func callArgument(msg ethereum.CallMsg) map[string]any {
	arg := map[string]any{"to": msg.To, "input": hexutil.Bytes(msg.Data)}
	if msg.From != (common.Address{}) {
		arg["from"] = msg.From
	}
	return arg
}

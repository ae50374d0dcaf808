package evm

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
)

// multicallABI is the function of Multicall3 that the client uses. The contract stands at one
// address on most chains.
var multicallABI = sync.OnceValue(func() abi.ABI {
	parsed, err := abi.JSON(strings.NewReader(`[{"name":"aggregate3","type":"function","stateMutability":"payable",
		"inputs":[{"name":"calls","type":"tuple[]","components":[{"name":"target","type":"address"},
		{"name":"allowFailure","type":"bool"},{"name":"callData","type":"bytes"}]}],
		"outputs":[{"name":"returnData","type":"tuple[]","components":[{"name":"success","type":"bool"},
		{"name":"returnData","type":"bytes"}]}]}]`))
	if err != nil {
		panic("evm: constant ABI: " + err.Error())
	}
	return parsed
})

type multicallCall struct {
	Target       common.Address
	AllowFailure bool
	CallData     []byte
}

type multicallResult struct {
	Success    bool
	ReturnData []byte
}

// overMulticall makes the reads in one eth_call of the multicall contract. Queries whose answer
// depends on who asks go alone, since the contract would be the one who asks.
//
// All queries share the gas of one eth_call, so a contract that uses it up makes those behind it
// fail, or the whole call. What fails together is therefore asked again alone, and only that answer
// counts.
func (b *Batch) overMulticall(ctx context.Context, queries []batched) error {
	var alone, together []batched
	var calls []multicallCall
	for _, q := range queries {
		if q.message.From != (common.Address{}) {
			alone = append(alone, q)
			continue
		}
		together = append(together, q)
		calls = append(calls, multicallCall{Target: *q.message.To, AllowFailure: true, CallData: q.message.Data})
	}
	if len(together) < 2 {
		return b.oneByOne(ctx, queries)
	}
	results, err := b.aggregate(ctx, calls)
	switch {
	case errors.Is(err, ErrReverted):
		b.client.opts.log.Debug("multicall contract refuses, asking one by one", "err", err)
		return b.oneByOne(ctx, queries)
	case err != nil:
		return err
	}
	for i, q := range together {
		if r := results[i]; r.Success {
			q.take(ctx, r.ReturnData, nil)
		} else {
			alone = append(alone, q)
		}
	}
	return b.oneByOne(ctx, alone)
}

func (b *Batch) aggregate(ctx context.Context, calls []multicallCall) ([]multicallResult, error) {
	parsed, to := multicallABI(), b.client.opts.multicall
	data, err := parsed.Pack("aggregate3", calls)
	if err != nil {
		return nil, &ConfigError{Field: "queries", Have: "not packable", Want: "addresses and bytes", Err: err}
	}
	out, err := b.client.call(ctx, b.at, ethereum.CallMsg{To: &to, Data: data})
	if err != nil {
		return nil, err
	}
	if len(out) == 0 {
		if err := b.client.NeedCode(ctx, b.at, to); err != nil {
			return nil, &ConfigError{Field: "WithMulticall", Have: to.Hex(), Want: "the chain's Multicall3 contract", Err: err}
		}
	}
	var results []multicallResult
	if err := parsed.UnpackIntoInterface(&results, "aggregate3", out); err != nil {
		return nil, &AnswerError{Op: "aggregate3 at " + to.Hex(), Block: b.at.Number, What: "answer", Have: Short(out), Want: "one result a call: " + err.Error()}
	}
	if len(results) != len(calls) {
		return nil, &AnswerError{
			Op: "aggregate3 at " + to.Hex(), Block: b.at.Number, What: "number of results",
			Have: strconv.Itoa(len(results)), Want: strconv.Itoa(len(calls)),
		}
	}
	return results, nil
}

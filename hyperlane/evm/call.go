package evm

import (
	"encoding/json"
	"math/big"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/holiman/uint256"
)

// Call is one call of a contract as a value. Each package that knows a contract returns Calls for
// what can be done with it; what happens to a Call is up to its holder:
//
//	client.Simulate(ctx, from, call)   // would it succeed now?
//	client.Estimate(ctx, from, call)   // how much gas does it need?
//	client.Send(ctx, opts, call)       // sign, send, wait until mined
//	client.Submit(ctx, opts, call)     // sign, send, do not wait
//	client.Prepare(ctx, from, call)    // an unsigned transaction, for a signer elsewhere
//
// A Safe, a multicall contract or a deployment plan needs To, Value and Data only; the JSON form
// has these names.
type Call struct {
	Name  string          // what it does, for errors, logs and plans: "Outbox.dispatch"
	To    *common.Address // the contract; nil deploys Data, which is code followed by constructor arguments
	Value *uint256.Int    // native token sent with it, in the chain's smallest unit; nil is zero
	Data  []byte
}

// NewCall returns a call of the contract at an address, without value.
func NewCall(name string, to common.Address, data []byte) Call {
	return Call{Name: name, To: &to, Data: data}
}

// NewDeployment returns the deployment of a contract, without value. initCode is its code followed
// by the constructor's arguments.
func NewDeployment(name string, initCode []byte) Call { return Call{Name: name, Data: initCode} }

// WithValue returns the call with native token sent along, in the chain's smallest unit.
func (c Call) WithValue(wei *uint256.Int) Call {
	c.Value = nil
	if wei != nil {
		c.Value = wei.Clone()
	}
	return c
}

// String returns the call in one line.
func (c Call) String() string {
	name := c.Name
	if name == "" {
		name = "call"
	}
	s := name + " " + toText(c.To)
	if c.Value != nil && !c.Value.IsZero() {
		s += " with value " + c.Value.Dec()
	}
	return s
}

// MarshalJSON returns {"name", "to", "value", "data"}: value in decimal, data in hex, as wallets
// import them. A deployment has "to": null.
func (c Call) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Name  string          `json:"name,omitempty"`
		To    *common.Address `json:"to"`
		Value string          `json:"value"`
		Data  hexutil.Bytes   `json:"data"`
	}{c.Name, c.To, c.value().String(), c.Data})
}

func (c Call) value() *big.Int {
	if c.Value == nil {
		return new(big.Int)
	}
	return c.Value.ToBig()
}

// message returns the call as go-ethereum's interfaces take it.
func (c Call) message(from common.Address) ethereum.CallMsg {
	return ethereum.CallMsg{From: from, To: c.To, Value: c.value(), Data: c.Data}
}

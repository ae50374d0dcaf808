package evm

import (
	"maps"
	"slices"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
)

// Refusals says what the refusals of a family of contracts mean. A package that knows contracts has
// one and registers it with the clients it is given, see [Client.Register].
type Refusals struct {
	// Errors are the custom errors of the contracts. A refusal travels up from the contract that
	// was called last, so the list holds the errors of every contract that can be further down.
	Errors []abi.Error
	// Classes gives the class of a custom error by its name. An error without an entry is known by
	// name only.
	Classes map[string]error
	// Reasons gives the class of a revert string. A key that ends in "*" stands for every string
	// that begins so.
	Reasons map[string]error
}

// Register teaches the client what refusals mean. Registering the same Refusals twice changes
// nothing. Where two packages give one error or string a class, the one registered last decides.
func (c *Client) Register(r *Refusals) {
	c.registering.Lock()
	defer c.registering.Unlock()
	known := c.refusals.Load()
	if r == nil || known.has(r) {
		return
	}
	c.refusals.Store(known.with(r))
}

// Explain returns what the revert data of a call says, without a node.
func (r *Refusals) Explain(to common.Address, data []byte) *RevertError {
	e := &RevertError{To: to, Data: data}
	e.explain((*refusals)(nil).with(r))
	return e
}

// refusals is everything registered with a client. It is never changed, only replaced; nil is
// empty.
type refusals struct {
	from     []*Refusals
	errors   map[[4]byte]abi.Error
	classes  map[string]error
	reasons  map[string]error // of whole texts
	starts   map[string]error // of texts that begin so
	prefixes []string         // the keys of starts, longest first
}

func (k *refusals) has(r *Refusals) bool { return k != nil && slices.Contains(k.from, r) }

func (k *refusals) with(r *Refusals) *refusals {
	next := &refusals{errors: map[[4]byte]abi.Error{}, classes: map[string]error{}, reasons: map[string]error{}, starts: map[string]error{}}
	if k != nil {
		next.from = slices.Clone(k.from)
		maps.Copy(next.errors, k.errors)
		maps.Copy(next.classes, k.classes)
		maps.Copy(next.reasons, k.reasons)
		maps.Copy(next.starts, k.starts)
	}
	next.from = append(next.from, r)
	for _, e := range r.Errors {
		next.errors[[4]byte(e.ID[:4])] = e
	}
	maps.Copy(next.classes, r.Classes)
	for text, class := range r.Reasons {
		if start, open := strings.CutSuffix(text, "*"); open {
			next.starts[start] = class
		} else {
			next.reasons[text] = class
		}
	}
	next.prefixes = slices.SortedFunc(maps.Keys(next.starts), func(a, b string) int { return len(b) - len(a) })
	return next
}

func (k *refusals) custom(selector [4]byte) (abi.Error, bool) {
	if k == nil {
		return abi.Error{}, false
	}
	e, ok := k.errors[selector]
	return e, ok
}

func (k *refusals) classOfReason(reason string) error {
	if k == nil {
		return nil
	}
	if class, ok := k.reasons[reason]; ok {
		return class
	}
	for _, start := range k.prefixes {
		if strings.HasPrefix(reason, start) {
			return k.starts[start]
		}
	}
	return nil
}

package evm

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"
)

// RevertError is a contract's refusal. It matches [ErrReverted] and the class that a package has
// registered for it with [Client.Register], if any. A refusal that no package knows, such as a
// recipient's own, keeps everything that came back in Data.
type RevertError struct {
	To     common.Address // the contract called; the refusal can come from further down
	Name   string         // of a custom error, "InboxAlreadyDelivered"; "Error" and "Panic" are Solidity's own; empty: unknown
	Args   []any          // of a known error
	Reason string         // text of Error(string), or what a Panic's code means
	Data   []byte         // exactly what came back; empty for a bare revert
	Class  error          // the registered class, nil if unknown
	Also   error          // a wider or narrower class found out by looking further, nil if none
	Err    error          // as the node gave it
}

// Selector returns the first four bytes of Data; ok is false where there are fewer.
func (e *RevertError) Selector() (selector [4]byte, ok bool) {
	return selector, copy(selector[:], e.Data) == len(selector)
}

func (e *RevertError) Error() string {
	var b strings.Builder
	if e.Class != nil {
		b.WriteString(e.Class.Error())
	} else {
		b.WriteString(ErrReverted.Error())
	}
	switch {
	case e.Reason != "":
		fmt.Fprintf(&b, ": %q", brief(e.Reason))
	case e.Name != "":
		b.WriteString(": " + brief(e.Name+argText(e.Args)))
	case len(e.Data) == 0:
		b.WriteString(": without a reason")
	default:
		fmt.Fprintf(&b, ": unknown error %s", hexutil.Encode(e.Data[:min(len(e.Data), 132)]))
		if len(e.Data) > 132 {
			fmt.Fprintf(&b, "... (%d bytes)", len(e.Data))
		}
	}
	fmt.Fprintf(&b, " (call to %s)", e.To)
	return b.String()
}

// Unwrap returns the errors that e matches.
func (e *RevertError) Unwrap() []error {
	errs := []error{ErrReverted}
	if e.Class != nil {
		errs = append(errs, e.Class)
	}
	if e.Also != nil {
		errs = append(errs, e.Also)
	}
	if e.Err != nil {
		errs = append(errs, e.Err)
	}
	return errs
}

func argText(args []any) string {
	parts := make([]string, len(args))
	for i, a := range args {
		switch v := a.(type) {
		case [32]byte:
			parts[i] = hexutil.Encode(v[:])
		case []byte:
			parts[i] = hexutil.Encode(v)
		default:
			parts[i] = fmt.Sprint(v)
		}
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// JSON-RPC codes that mean "the contract reverted", whatever text stands beside them.
const (
	codeReverted   = 3      // geth, anvil, reth, erigon
	codeVMError    = -32015 // nethermind, parity's line
	codeBadParams  = -32602
	maxRevertBytes = 1 << 20
)

// revert finds a refusal in what a node returned for a call or an estimate. It reads codes and
// data, never a node's own words. An error without revert data and without such a code stays a
// failure of the node.
func (c *Client) revert(to common.Address, err error) (*RevertError, bool) {
	var said rpc.Error
	if !errors.As(err, &said) {
		return nil, false
	}
	data, found := []byte(nil), false
	var with rpc.DataError
	if errors.As(err, &with) {
		data, found = revertData(with.ErrorData(), 0)
	}
	if code := said.ErrorCode(); !found && code != codeReverted && code != codeVMError {
		return nil, false
	}
	return c.explain(to, data, err), true
}

// explain returns the refusal that data holds.
func (c *Client) explain(to common.Address, data []byte, err error) *RevertError {
	e := &RevertError{To: to, Data: data, Err: err}
	e.explain(c.refusals.Load())
	return e
}

// refused turns the failure of a call into a *RevertError where it is a refusal.
func (c *Client) refused(to *common.Address, err error) error {
	var contract common.Address
	if to != nil {
		contract = *to
	}
	cause := err
	var request *RPCError
	if errors.As(err, &request) {
		cause = request.Err // a refusal is no failure of the node
	}
	if e, ok := c.revert(contract, cause); ok {
		return e
	}
	return err
}

// revertData finds the bytes in the shapes that nodes wrap them in: hex text, hex text after a word
// ("Reverted 0x..."), or an object with a member "data" or "result".
func revertData(v any, depth int) ([]byte, bool) {
	switch v := v.(type) {
	case string:
		if i := strings.LastIndex(v, "0x"); i >= 0 && len(v)-i <= 2*maxRevertBytes {
			if b, err := hexutil.Decode(v[i:]); err == nil {
				return b, true
			}
		}
	case map[string]any:
		if depth < 4 {
			for _, key := range []string{"data", "result", "originalError"} {
				if b, ok := revertData(v[key], depth+1); ok {
					return b, true
				}
			}
		}
	}
	return nil, false
}

// explain fills in what Data says.
func (e *RevertError) explain(known *refusals) {
	selector, ok := e.Selector()
	if !ok {
		return
	}
	switch selector {
	case [4]byte{0x08, 0xc3, 0x79, 0xa0}: // Error(string)
		if reason, err := abi.UnpackRevert(e.Data); err == nil {
			e.Name, e.Reason, e.Args = "Error", reason, []any{reason}
			e.Class = known.classOfReason(reason)
		}
		return
	case [4]byte{0x4e, 0x48, 0x7b, 0x71}: // Panic(uint256)
		if reason, err := abi.UnpackRevert(e.Data); err == nil {
			e.Name, e.Reason = "Panic", reason
		}
		return
	}
	if custom, ok := known.custom(selector); ok {
		if args, err := custom.Inputs.Unpack(e.Data[4:]); err == nil {
			e.Name, e.Args, e.Class = custom.Name, args, known.classes[custom.Name]
		}
	}
}

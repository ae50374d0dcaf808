package hyperlane

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"

	"github.com/hyperlane-go/sdk/contracts"
)

// Classes of refusal by a contract. Our custom errors and the official revert strings map to the same class.
var (
	// ErrReverted is the class of every refusal by a contract.
	ErrReverted = errors.New("hyperlane: contract refused")
	// ErrAlreadyDelivered: the message was delivered before.
	ErrAlreadyDelivered = errors.New("hyperlane: message already delivered")
	// ErrVersion: the message is not of version 3.
	ErrVersion = errors.New("hyperlane: message version refused")
	// ErrWrongDestination: the message is for another domain.
	ErrWrongDestination = errors.New("hyperlane: message is for another domain")
	// ErrRecipient: the recipient cannot receive: zero, no contract, dirty upper bytes, or a useless answer about
	// its ISM.
	ErrRecipient = errors.New("hyperlane: recipient cannot receive")
	// ErrISMRefused: the recipient's security module does not accept the metadata.
	ErrISMRefused = errors.New("hyperlane: security module refused the metadata")
	// ErrMetadata: metadata of a form that the module or hook cannot read.
	ErrMetadata = errors.New("hyperlane: metadata refused")
	// ErrSignature: a signature that recovers to nobody, or to another than the one named.
	ErrSignature = errors.New("hyperlane: signature refused")
	// ErrPayment: too little, or too much, value for the hooks.
	ErrPayment = errors.New("hyperlane: payment refused")
	// ErrUnauthorized: the caller may not do this.
	ErrUnauthorized = errors.New("hyperlane: caller not permitted")
	// ErrAlreadyAnnounced: this storage location was announced before.
	ErrAlreadyAnnounced = errors.New("hyperlane: location already announced")
	// ErrPaused: a module or hook is paused.
	ErrPaused = errors.New("hyperlane: paused")
	// ErrNotEnrolled: a router does not know the domain, or another router for it.
	ErrNotEnrolled = errors.New("hyperlane: router not enrolled")
	// ErrTreeFull: the tree has its 2^32-1 leaves.
	ErrTreeFull = errors.New("hyperlane: merkle tree full")
)

// RevertError is a contract's refusal. It matches [ErrReverted] and the class it was recognised as, if any; a
// refusal that nobody here knows, such as a recipient's own, keeps everything that came back in Data.
type RevertError struct {
	To     common.Address // the contract called; the refusal may come from further down
	Name   string         // of a custom error: "InboxAlreadyDelivered"; "Error" and "Panic" are Solidity's own; empty: unknown
	Args   []any          // of a known error
	Reason string         // text of Error(string), or what a Panic's code means
	Data   []byte         // exactly what came back; empty for a bare revert
	Class  error          // one of the sentinels above, nil if unknown
	Err    error          // as the node gave it

	also error // a wider class
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
		fmt.Fprintf(&b, ": %q", e.Reason)
	case e.Name != "":
		fmt.Fprintf(&b, ": %s%s", e.Name, argText(e.Args))
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

func (e *RevertError) Unwrap() []error {
	errs := []error{ErrReverted}
	if e.Class != nil {
		errs = append(errs, e.Class)
	}
	if e.also != nil {
		errs = append(errs, e.also)
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

// revertFrom finds a refusal in what a node returned for a call or an estimate. It reads codes and data, never a
// node's own words. An error without revert data and without such a code stays a failure of the node: it says
// nothing certain.
func revertFrom(to common.Address, err error) (*RevertError, bool) {
	var answered rpc.Error
	if !errors.As(err, &answered) {
		return nil, false
	}
	data, found := []byte(nil), false
	var with rpc.DataError
	if errors.As(err, &with) {
		data, found = revertData(with.ErrorData(), 0)
	}
	if code := answered.ErrorCode(); !found && code != codeReverted && code != codeVMError {
		return nil, false
	}
	e := &RevertError{To: to, Data: data, Err: err}
	e.explain()
	return e, true
}

// revertData digs the bytes out of the shapes nodes wrap them in: hex text, hex text after a word ("Reverted
// 0x..."), or an object with a member "data" or "result".
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
func (e *RevertError) explain() {
	selector, ok := e.Selector()
	if !ok {
		return
	}
	switch selector {
	case [4]byte{0x08, 0xc3, 0x79, 0xa0}: // Error(string)
		if reason, err := abi.UnpackRevert(e.Data); err == nil {
			e.Name, e.Reason, e.Args = "Error", reason, []any{reason}
			e.Class = classOfReason(reason)
		}
		return
	case [4]byte{0x4e, 0x48, 0x7b, 0x71}: // Panic(uint256)
		if reason, err := abi.UnpackRevert(e.Data); err == nil {
			e.Name, e.Reason = "Panic", reason
		}
		return
	}
	if known, ok := contracts.ErrorBySelector(selector); ok {
		if args, err := known.Inputs.Unpack(e.Data[4:]); err == nil {
			e.Name, e.Args, e.Class = known.Name, args, classOfName[known.Name]
		}
	}
}

// officialReasons are the revert strings of the official contracts, core 3 to 12, in the order of our classes. An entry
// matches the whole text, or its beginning where it ends in "*".
var officialReasons = []struct {
	text  string
	class error
}{
	{"Mailbox: already delivered", ErrAlreadyDelivered},
	{"Mailbox: bad version", ErrVersion},
	{"Mailbox: unexpected destination", ErrWrongDestination},
	{"TypeCasts: bytes32ToAddress overflow", ErrRecipient},
	{"Mailbox: ISM verification failed", ErrISMRefused},
	{"!threshold", ErrISMRefused},
	{"!verify", ErrISMRefused},
	{"Invalid signer", ErrISMRefused},
	{"Insufficient validator weight", ErrISMRefused},
	{"No MultisigISM threshold present for message", ErrISMRefused},
	{"ECDSA: *", ErrSignature},
	{"!signature", ErrSignature},
	{"Invalid threshold weight", ErrISMRefused},
	{"Invalid merkle index metadata", ErrMetadata},
	{"Invalid signatures length", ErrMetadata},
	{"AbstractPostDispatchHook: invalid metadata variant", ErrMetadata},
	{"IGP: insufficient interchain gas payment", ErrPayment},
	{"IGP: native value not accepted with ERC20 fee", ErrPayment},
	{"ProtocolFee: insufficient protocol fee", ErrPayment},
	{"StaticAggregationHook: insufficient value", ErrPayment},
	{"MerkleTreeHook: no value expected", ErrPayment},
	{"AbstractPostDispatchHook: no refund address", ErrPayment},
	{"no refund address", ErrPayment},
	{"Ownable: caller is not the owner", ErrUnauthorized},
	{"MailboxClient: sender not mailbox", ErrUnauthorized},
	{"message not dispatching", ErrUnauthorized},
	{"replay", ErrAlreadyAnnounced},
	{"Pausable: paused", ErrPaused},
	{"No router enrolled for domain: *", ErrNotEnrolled},
	{"Enrolled router does not match sender", ErrNotEnrolled},
	{"merkle tree full", ErrTreeFull},
	{"Mailbox: default ISM not contract", ErrNoCode},
	{"Mailbox: default hook not contract", ErrNoCode},
	{"Mailbox: required hook not contract", ErrNoCode},
	{"MailboxClient: invalid mailbox", ErrNoCode},
	{"MailboxClient: invalid contract setting", ErrNoCode},
}

func classOfReason(reason string) error {
	for _, known := range officialReasons {
		if start, open := strings.CutSuffix(known.text, "*"); reason == known.text || (open && strings.HasPrefix(reason, start)) {
			return known.class
		}
	}
	return nil
}

// callError turns what a node returned for a call into the most telling typed error.
func callError(op string, to common.Address, err error) error {
	if refused, ok := revertFrom(to, err); ok {
		return refused
	}
	return &RPCError{Op: op, Err: err}
}

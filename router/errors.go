package router

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/message"
)

// Classes of failure, matched with errors.Is.
var (
	// ErrNotEnrolled marks a domain that the router has no router for. See
	// [NotEnrolledError].
	ErrNotEnrolled = errors.New("router: no router enrolled")

	// ErrZeroRouter marks an attempt to enroll the zero address, which would let
	// messages from sender zero in.
	ErrZeroRouter = errors.New("router: the zero address cannot be enrolled")

	// ErrRevert marks a call that the contract refused. See [RevertError].
	ErrRevert = errors.New("router: refused by the contract")

	// ErrMember marks a set of routers that cannot be a mesh.
	ErrMember = errors.New("router: unusable member of a mesh")
)

// NotEnrolledError says which router misses which domain.
type NotEnrolledError struct {
	Router common.Address
	Domain message.Domain
}

func (e *NotEnrolledError) Error() string {
	return fmt.Sprintf("router: %s has no router enrolled for domain %s: enroll one first", e.Router, e.Domain)
}

// Unwrap makes a NotEnrolledError match [ErrNotEnrolled].
func (e *NotEnrolledError) Unwrap() error { return ErrNotEnrolled }

// RevertError is what a contract answered instead of doing as asked.
type RevertError struct {
	Router common.Address
	Reason string // custom error with its arguments, revert string, or the bare data
	Data   []byte
	Err    error // as the node put it
}

func (e *RevertError) Error() string {
	return fmt.Sprintf("router: %s refused: %s", e.Router, e.Reason)
}

// Unwrap makes a RevertError match [ErrRevert] and the node's error.
func (e *RevertError) Unwrap() []error { return []error{ErrRevert, e.Err} }

// explain turns a node's error that carries revert data into a RevertError, and
// returns any other error as it is.
func explain(router common.Address, err error) error {
	var coded interface{ ErrorData() any }
	if err == nil || !errors.As(err, &coded) {
		return err
	}
	text, ok := coded.ErrorData().(string)
	if !ok {
		return err
	}
	data, decodeErr := hexutil.Decode(text)
	if decodeErr != nil {
		return err
	}
	return &RevertError{Router: router, Reason: reason(data), Data: data, Err: err}
}

func reason(data []byte) string {
	if text, err := abi.UnpackRevert(data); err == nil {
		return text
	}
	if len(data) < 4 {
		return "no reason given"
	}
	custom, ok := contracts.ErrorBySelector([4]byte(data[:4]))
	if !ok {
		return "unknown error " + hexutil.Encode(data)
	}
	arguments, err := custom.Unpack(data)
	if err != nil {
		return custom.Name
	}
	values := make([]string, len(arguments.([]any)))
	for i, argument := range arguments.([]any) {
		if word, ok := argument.([32]byte); ok {
			argument = hexutil.Bytes(word[:])
		}
		values[i] = fmt.Sprint(argument)
	}
	return fmt.Sprintf("%s(%s)", custom.Name, strings.Join(values, ", "))
}

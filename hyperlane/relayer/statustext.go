package relayer

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// why returns the reason for the stage, for the first line of String.
func (s *Status) why() string {
	switch {
	case s.Err != nil:
		return s.Err.Error()
	case s.Delivery != nil:
		where := fmt.Sprintf("in block %d, transaction %v", s.Delivery.Block, s.Delivery.TxHash)
		if s.Stage != StageFinal {
			where += ", waiting for the block to be final"
		}
		return where
	case len(s.Transactions) > 0:
		return fmt.Sprintf("transaction %v", s.Transactions[len(s.Transactions)-1])
	}
	return "next in line"
}

// String returns one line for a log. Where signatures are missing, or a module inside another
// module explains why there is no metadata, the lines of the result follow.
func (s Status) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "message %v", s.ID)
	if s.Message != nil {
		fmt.Fprintf(&b, " (%v -> %v, nonce %d)", s.Message.Origin, s.Message.Destination, s.Message.Nonce)
	}
	fmt.Fprintf(&b, ": %v: %s", s.Stage, s.why())
	if s.Attempts > 0 && s.Delivery == nil {
		fmt.Fprintf(&b, "; %d attempts failed, next at %v", s.Attempts, s.Next.Format(time.RFC3339))
	}
	if s.Result != nil && (s.Stage == StageAwaitingCheckpoints || s.Stage == StageNoMetadata && len(s.Result.Children) > 0) {
		b.WriteString("\n" + s.Result.String())
	}
	return b.String()
}

// MarshalJSON returns the status with stage and error as text. If the recipient's module is a
// multisig, the member validators has the state of every validator. For any other module, the
// member result has the tree of modules in the form of metadata.Result.
func (s Status) MarshalJSON() ([]byte, error) {
	type validator = metadata.ValidatorStatus
	type tree = metadata.Result
	out := struct {
		ID           message.ID      `json:"id"`
		Stage        Stage           `json:"stage"`
		Origin       *message.Domain `json:"origin,omitempty"`
		Destination  *message.Domain `json:"destination,omitempty"`
		Nonce        *uint32         `json:"nonce,omitempty"`
		OriginBlock  uint64          `json:"originBlock,omitempty"`
		OriginTx     *common.Hash    `json:"originTx,omitempty"`
		LeafIndexes  []uint32        `json:"leafIndexes,omitempty"`
		Attempts     int             `json:"attempts,omitempty"`
		Next         *time.Time      `json:"next,omitempty"`
		Error        string          `json:"error,omitempty"`
		Validators   []validator     `json:"validators,omitempty"`
		Result       *tree           `json:"result,omitempty"`
		Transactions []common.Hash   `json:"transactions,omitempty"`
		Delivery     *Delivery       `json:"delivery,omitempty"`
	}{ID: s.ID, Stage: s.Stage, OriginBlock: s.OriginBlock, LeafIndexes: slices.Clone(s.LeafIndexes), Attempts: s.Attempts,
		Transactions: s.Transactions, Delivery: s.Delivery}
	if m := s.Message; m != nil {
		out.Origin, out.Destination, out.Nonce, out.OriginTx = &m.Origin, &m.Destination, &m.Nonce, &s.OriginTx
	}
	if !s.Next.IsZero() {
		out.Next = &s.Next
	}
	if s.Err != nil {
		out.Error = s.Err.Error()
	}
	switch r := s.Result; {
	case r == nil:
	case len(r.Validators) > 0 && len(r.Children) == 0:
		out.Validators = r.Validators
	default:
		out.Result = r
	}
	return json.Marshal(out)
}

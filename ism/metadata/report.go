package metadata

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// String returns a report of several lines for a log: the message, and the tree of modules, each
// indented below the module it is in, with its checkpoint, its validators and its error.
func (r *Result) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "message %v: %s", r.Message, r.outcome())
	for depth, node := range r.Walk() {
		node.write(&b, "\n"+strings.Repeat("  ", depth+1), depth > 0)
	}
	return b.String()
}

func (r *Result) outcome() string {
	switch {
	case r.Metadata == nil:
		return "no metadata"
	case r.Verified:
		return fmt.Sprintf("metadata of %d bytes", len(r.Metadata))
	default:
		return fmt.Sprintf("metadata of %d bytes, not verified offline", len(r.Metadata))
	}
}

// write adds the lines of one module, each after the line break and indent given.
func (r *Result) write(b *strings.Builder, indent string, outcome bool) {
	fmt.Fprintf(b, "%smodule %v: %v", indent, r.Address, r.Type)
	if len(r.Validators) > 0 {
		fmt.Fprintf(b, ", threshold %d of %d", r.Threshold, len(r.Validators))
	}
	if outcome {
		b.WriteString(", " + r.outcome())
	}
	indent += "  "
	if c := r.Checkpoint; c != nil {
		fmt.Fprintf(b, "%sleaf %d, checkpoint %d of tree %v on domain %v%sroot %v", indent, r.LeafIndex, c.Index, c.Tree, c.Origin, indent, c.Root)
	}
	for _, v := range r.Validators {
		b.WriteString(indent + v.String())
	}
	if r.Omitted > 0 {
		fmt.Fprintf(b, "%s%d more modules inside, beyond the limits of the builder", indent, r.Omitted)
	}
	if r.Err != nil {
		b.WriteString(indent + strings.ReplaceAll(r.Err.Error(), "\n", indent))
	}
}

// resultJSON is the JSON form of a result. The facts about a quorum are absent where the module has
// no validators.
type resultJSON struct {
	Message    *message.ID       `json:"message,omitempty"` // at the root only
	Module     common.Address    `json:"module"`
	Type       string            `json:"type"`
	Threshold  *uint8            `json:"threshold,omitempty"`
	LeafIndex  *uint32           `json:"leafIndex,omitempty"`
	Index      *uint32           `json:"checkpointIndex,omitempty"`
	Root       *merkle.Hash      `json:"checkpointRoot,omitempty"`
	Validators []ValidatorStatus `json:"validators,omitempty"`
	Metadata   *hexutil.Bytes    `json:"metadata,omitempty"`
	Verified   bool              `json:"verified,omitempty"`
	Error      string            `json:"error,omitempty"`
	Children   []resultJSON      `json:"children,omitempty"`
	Omitted    int               `json:"omitted,omitempty"`
}

// MarshalJSON returns the tree with types and errors as text and metadata as hex digits.
func (r *Result) MarshalJSON() ([]byte, error) {
	out := r.json()
	out.Message = &r.Message
	return json.Marshal(out)
}

func (r *Result) json() resultJSON {
	out := resultJSON{Module: r.Address, Type: r.Type.String(), Validators: r.Validators, Verified: r.Verified, Omitted: r.Omitted}
	if len(r.Validators) > 0 {
		out.Threshold, out.LeafIndex = &r.Threshold, &r.LeafIndex
	}
	if r.Checkpoint != nil {
		out.Index, out.Root = &r.Checkpoint.Index, &r.Checkpoint.Root
	}
	if r.Metadata != nil {
		out.Metadata = (*hexutil.Bytes)(&r.Metadata)
	}
	if r.Err != nil {
		out.Error = r.Err.Error()
	}
	for _, c := range r.Children {
		out.Children = append(out.Children, c.json())
	}
	return out
}

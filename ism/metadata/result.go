package metadata

import (
	"iter"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/message"
)

// Result is the outcome of building metadata for one module, complete or not. The results of a
// message form a tree that mirrors the tree of its modules: Children are the results of the modules
// inside this one. A module without children is a tree of one.
type Result struct {
	Message  message.ID
	Address  common.Address // of the module; zero where it is a value without a contract
	Type     ism.ModuleType // zero where the module was not read
	Metadata []byte         // nil exactly if the build failed; empty where the module wants none
	Verified bool           // Metadata passed the module's offline verifier; false where it has none
	Err      error          // why the build failed

	// Facts about a quorum, where the module wants one.
	Threshold  uint8                  // 0 for a module without validators
	LeafIndex  uint32                 // leaf of the message, once it is known to be in the tree
	Checkpoint *checkpoint.Checkpoint // signed by the quorum, or wanted; nil where none is known
	Validators []ValidatorStatus      // one for each entry of the set, in its order

	Children []*Result // modules inside this one, in the order in which they were asked for
	Omitted  int       // modules inside this one that the limits of the builder left out
}

// Signed returns how many entries of this module's set have signed. It may be more than the
// threshold.
func (r *Result) Signed() int {
	n := 0
	for _, v := range r.Validators {
		if v.State == Signed {
			n++
		}
	}
	return n
}

// Walk yields each result of the tree with its depth, a module before the modules inside it. The
// depth of r is 0. A nil result yields nothing.
func (r *Result) Walk() iter.Seq2[int, *Result] {
	return func(yield func(int, *Result) bool) { r.walk(0, yield) }
}

func (r *Result) walk(depth int, yield func(int, *Result) bool) bool {
	if r == nil {
		return true
	}
	if !yield(depth, r) {
		return false
	}
	for _, c := range r.Children {
		if !c.walk(depth+1, yield) {
			return false
		}
	}
	return true
}

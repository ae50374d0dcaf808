package relayer

import (
	"errors"

	"github.com/ethereum/go-ethereum/rpc"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/ism/metadata"
)

// storedError is an error of which only the text is left: one of an earlier run, or one whose
// evidence was too large to keep. It matches the class of its stage.
type storedError struct {
	Stage Stage
	Text  string
}

func (e *storedError) Error() string { return e.Text }

// Is reports whether target is the class of the errors at this stage.
func (e *storedError) Is(target error) bool {
	return target != nil && stageClass[e.Stage] != nil && errors.Is(stageClass[e.Stage], target)
}

// stageClass is the class of the obstacles at each stage, for the stages that have one.
var stageClass = [numStages]error{
	StageFiltered:            ErrFiltered,
	StageOrphaned:            ErrOrphaned,
	StageNoRecipient:         ErrNoRecipient,
	StageNotInTree:           metadata.ErrNotInTree,
	StageAwaitingCheckpoints: metadata.ErrNotReady,
	StageISMRefused:          hyperlane.ErrISMRefused,
	StageHandleReverted:      evm.ErrReverted,
	StageOverGasCap:          ErrGasCap,
	StageNotTaken:            ErrSend,
	StageSubmitted:           ErrSend,
	StageUnreachable:         evm.ErrRPC,
}

// compactResult returns a copy of a tree of results with compact errors.
func compactResult(r *metadata.Result) *metadata.Result {
	kept := *r
	kept.Err = compactError(StageNoMetadata, r.Err)
	kept.Children = make([]*metadata.Result, len(r.Children))
	for i, c := range r.Children {
		kept.Children[i] = compactResult(c)
	}
	return &kept
}

// compactError returns err, or only its text if it holds more than maxDetail bytes of revert data.
// Any contract can choose how much data it reverts with.
func compactError(stage Stage, err error) error {
	var reverted *evm.RevertError
	var answer rpc.DataError
	large := errors.As(err, &reverted) && len(reverted.Data) > maxDetail
	if errors.As(err, &answer) {
		text, ok := answer.ErrorData().(string)
		large = large || answer.ErrorData() != nil && (!ok || len(text) > 2*maxDetail+2)
	}
	if large {
		return &storedError{Stage: stage, Text: clip(err.Error())}
	}
	return err
}

// clip bounds the stored text of an error: it can hold revert data of any size.
func clip(s string) string {
	const most = 4096
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

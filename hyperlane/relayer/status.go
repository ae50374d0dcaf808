package relayer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// Status answers where a message is, and why it is not delivered.
type Status struct {
	ID      message.ID
	Stage   Stage
	Message *message.Message // nil for StageUnknown; must not be changed

	OriginBlock uint64      // block of the dispatch
	OriginTx    common.Hash // transaction of the dispatch
	LeafIndexes []uint32    // where it stands in the tree; usually one index, none when it was not inserted

	Attempts int       // attempts that failed
	Next     time.Time // when it is tried again; zero means at once
	// Err says what holds the message up, nil when nothing does: its own obstacle, or else what is wrong with its
	// destination. It matches the class of its kind: ErrUnknownMessage, ErrFiltered, ErrOrphaned, ErrNoRecipient,
	// metadata.ErrNotReady, metadata.ErrNotInTree, hyperlane.ErrISMRefused, and so on. After a restart, and until the
	// next attempt, it is a PastError, which has the text and the stage.
	Err error
	// Result is the outcome of the last build of metadata in this run of the process: the tree of modules, and for each
	// multisig the state of every validator. It must not be changed. Of many waiting messages only some have one; Err
	// names the validators all the same.
	Result *metadata.Result

	Transactions []common.Hash // deliveries under way, oldest first; they share one nonce
	Delivery     *Delivery     // where it was processed, nil before
}

// Status returns where a message is. A message that has not been seen is no error: its status has StageUnknown and an
// error of class ErrUnknownMessage. An error means that the state cannot be read.
func (r *Relayer) Status(id message.ID) (Status, error) {
	leave, err := r.use.enter()
	if err != nil {
		return Status{}, err
	}
	defer leave()
	rec := r.queue.find(id)
	if rec == nil {
		if rec, err = r.store.record(id); err != nil {
			return Status{}, err
		}
	}
	if rec == nil {
		return Status{ID: id, Err: r.unknown(id)}, nil
	}
	return r.status(rec), nil
}

// RetryNow makes a waiting message due at once and restarts its schedule, for an operator who has removed what held it
// up. A message that nothing holds up, that is done, or that the configuration excludes stays as it is. The status is the
// one after the change; the next pass makes the attempt.
func (r *Relayer) RetryNow(id message.ID) (Status, error) {
	leave, err := r.use.enter()
	if err != nil {
		return Status{}, err
	}
	_, err = r.queue.updateSynced("retry now", id, func(rec *record) bool {
		if rec.failed == 0 && rec.next.IsZero() {
			return false
		}
		rec.failed, rec.next = 0, time.Time{}
		return true
	})
	leave()
	if err != nil {
		return Status{}, err
	}
	return r.Status(id)
}

// Progress is how far an origin has been indexed.
type Progress struct {
	Origin   message.Domain `json:"origin"`
	Block    uint64         `json:"block"`    // last block whose logs agree with the contracts
	Finality string         `json:"finality"` // how far behind the head the relayer stays
	// Failure is why indexing does not go on, empty when it does.
	Failure string `json:"failure,omitempty"`
}

// Progress returns how far each origin has been indexed, by domain.
func (r *Relayer) Progress() []Progress {
	var all []Progress
	for _, o := range r.origins {
		all = append(all, o.progress())
	}
	return all
}

func (o *origin) progress() Progress {
	p := Progress{Origin: o.domain, Finality: o.finality}
	if next := o.position().Next; next > 0 {
		p.Block = next - 1
	}
	if err := o.health.last(); err != nil {
		p.Failure = clip(err.Error())
	}
	return p
}

// unknown returns the error of a message that has not been seen.
func (r *Relayer) unknown(id message.ID) error {
	var b strings.Builder
	for i, o := range r.Progress() {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, " of origin %v up to block %d (finality %s)", o.Origin, o.Block, o.Finality)
		if o.Failure != "" {
			fmt.Fprintf(&b, ", where indexing fails: %s", o.Failure)
		}
	}
	return fmt.Errorf("%w: %v is not among the dispatches%s", ErrUnknownMessage, id, b.String())
}

func (r *Relayer) status(rec *record) Status {
	msg := rec.msg
	s := Status{ID: rec.id, Stage: rec.stage, Message: &msg, OriginBlock: rec.block, OriginTx: rec.txHash,
		Attempts: rec.failed, Next: rec.next}
	if rec.delivery != nil {
		d := *rec.delivery
		s.Delivery = &d
	}
	if o := r.origin(rec.msg.Origin); o != nil {
		s.LeafIndexes, _ = o.LeafIndexes(context.Background(), rec.id) // detail only: without it the status still stands
	}
	s.Result, _ = r.results.find(rec.id)
	s.Err = r.obstacle(rec)
	if d := r.destination(rec.msg.Destination); d != nil {
		flight, _ := d.sender.Find(keyOf(rec.id))
		s.Transactions = flight.Txs
		if s.Err == nil && rec.stage != StageFinal {
			s.Err = d.health.last()
		}
	}
	return s
}

// obstacle returns the error of a record: the one of this run where there is one, else what was stored.
func (r *Relayer) obstacle(rec *record) error {
	switch {
	case rec.stage == StageFiltered:
		return filteredError(rec.reason)
	case rec.stage == StageOrphaned:
		return ErrOrphaned
	case rec.reason == "":
		return nil
	}
	if err, ok := r.errors.find(rec.id); ok && clip(err.Error()) == rec.reason {
		return err
	}
	return &PastError{Stage: rec.stage, Text: rec.reason}
}

// PastError is an error of an earlier run, of which only the text is left.
type PastError struct {
	Stage Stage
	Text  string
}

func (e *PastError) Error() string { return e.Text }

// Is reports whether target is the class that errors of this stage have.
func (e *PastError) Is(target error) bool {
	return target != nil && stageClass[e.Stage] != nil && errors.Is(stageClass[e.Stage], target)
}

// stageClass is the class of the errors that hold messages up at a stage, where they have one.
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

// why puts the reason first, so that it can be read in a line of a log.
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

// String returns one line for a log, and the lines of the result where signatures are missing or a module inside another
// explains why there is no metadata.
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

// MarshalJSON returns the status with stage and error as text. The member validators has the state of every validator
// where the recipient's module is a multisig. For every other module the member result has the tree of modules, in the
// form of metadata.Result.
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

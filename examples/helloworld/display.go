package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"sync"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
	"github.com/hyperlane-go/sdk/message"
)

// view prints a line for each thing that happens. On a terminal, a bar for each message stays below
// the lines.
type view struct {
	mu       sync.Mutex
	out      io.Writer
	progress *mpb.Progress // nil where the output is no terminal
	lives    map[message.ID]*life
	last     []string // lines for the very end, below the bars
}

// life is what view knows of one message.
type life struct {
	known bool     // its dispatch has been shown
	held  []string // lines that agents reported before the dispatch was shown
	bar   *mpb.Bar
	stage int
}

// The stages of a message, in order. A bar is full at the last.
const (
	dispatched = iota
	signed
	metadata
	submitted
	processed
	handled
	numStages
)

var stages = [numStages]string{"dispatched", "signed", "metadata", "submitted", "processed", "handled"}

func newView(out io.Writer) *view {
	v := &view{out: out, lives: map[message.ID]*life{}}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		v.progress = mpb.New(mpb.WithOutput(f), mpb.WithWidth(40))
		v.out = v.progress
	}
	return v
}

// reached shows that a message has reached a stage. It shows nothing of a message before its
// dispatch.
func (v *view) reached(id message.ID, stage int, format string, args ...any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	m := v.lives[id]
	if m == nil {
		m = &life{}
		v.lives[id] = m
	}
	line := text(stages[stage], format, args...)
	m.stage = max(m.stage, stage)
	if stage == dispatched {
		m.held = slices.Insert(m.held, 0, line)
		m.known = true
		m.bar = v.newBar(id)
	} else {
		m.held = append(m.held, line)
	}
	if !m.known {
		return
	}
	for _, line := range m.held {
		fmt.Fprintln(v.out, line)
	}
	m.held = nil
	if m.bar != nil {
		m.bar.SetCurrent(int64(m.stage) + 1)
	}
}

func (v *view) newBar(id message.ID) *mpb.Bar {
	if v.progress == nil {
		return nil
	}
	return v.progress.AddBar(numStages,
		mpb.PrependDecorators(decor.Name(short(id)+" ")),
		mpb.AppendDecorators(decor.Any(func(s decor.Statistics) string { return " " + stages[max(s.Current, 1)-1] })))
}

// short returns the beginning of an id, enough to distinguish messages.
func short(id fmt.Stringer) string { return id.String()[:10] }

func (v *view) dispatched(sent *hyperlane.Dispatched, text string) {
	v.reached(sent.ID, dispatched, "%s %s -> %s, leaf %d, block %s, gas %d: %q", sent.ID, sent.Message.Origin, sent.Message.Destination,
		sent.LeafIndex, sent.Receipt.BlockNumber, sent.Receipt.GasUsed, text)
}

// validator shows what validators report.
func (v *view) validator(e validator.Event) {
	switch c := e.Checkpoint; e.Kind {
	case validator.Signed:
		v.reached(c.MessageID, signed, "%s checkpoint %d of %s, root %s, by %s as of block %d",
			short(c.MessageID), c.Index, c.Origin, short(c.Root), e.Validator, e.Block)
	case validator.Failed:
		v.warn("validator %s of %s: %v", e.Validator, e.Origin, e.Err)
	}
}

// relayer shows what the relayer reports, except that validators have not signed yet.
func (v *view) relayer(e relayer.Event) {
	switch {
	case e.Stage == relayer.StageAwaitingCheckpoints:
	case e.Err != nil:
		v.warn("message %s: %s: %v", e.ID, e.Stage, e.Err)
	case e.Stage == relayer.StageMetadataBuilt && e.Result != nil:
		v.reached(e.ID, metadata, "%s %s, %d bytes, %d of %d validators signed, %d needed", short(e.ID), e.Result.Type,
			len(e.Result.Metadata), e.Result.Signed(), len(e.Result.Validators), e.Result.Threshold)
	case e.Stage == relayer.StageSubmitted:
		v.reached(e.ID, submitted, "%s to %s, transaction %s", short(e.ID), e.Chain, e.TxHash)
	}
}

// handled shows the delivery, and the greeting that the router handled.
func (v *view) handled(sent *hyperlane.Dispatched, receipt *types.Receipt, r common.Address, text string) {
	to := sent.Message.Destination
	v.reached(sent.ID, processed, "%s on %s, block %s, gas %d", short(sent.ID), to, receipt.BlockNumber, receipt.GasUsed)
	v.reached(sent.ID, handled, "%s on %s by router %s: %q", short(sent.ID), to, r, text)
}

// warn shows a failure; agents try again.
func (v *view) warn(format string, args ...any) { v.note("failed", format, args...) }

// ready shows a chain whose contracts are deployed.
func (v *view) ready(e end) {
	v.note("ready", "domain %s on chain %s, mailbox %s", e.Domain(), e.ChainID(), e.Addresses().Outbox)
}

// note shows a line that is not about one message.
func (v *view) note(what, format string, args ...any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	fmt.Fprintln(v.out, text(what, format, args...))
}

func text(what, format string, args ...any) string {
	return fmt.Sprintf("%-11s%s", what, fmt.Sprintf(format, args...))
}

// finished keeps a line for the end.
func (v *view) finished(sent *hyperlane.Dispatched) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.last = append(v.last, fmt.Sprintf("delivered %s %s -> %s", sent.ID, sent.Message.Origin, sent.Message.Destination))
}

// close removes unfinished bars and prints the last lines.
func (v *view) close() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.progress != nil {
		for _, m := range v.lives {
			if m.bar != nil {
				m.bar.Abort(false) // does nothing to a full bar
			}
		}
		v.progress.Wait()
		v.out = os.Stdout
	}
	for _, line := range v.last {
		fmt.Fprintln(v.out, line)
	}
}

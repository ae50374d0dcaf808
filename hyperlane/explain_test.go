package hyperlane_test

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/holiman/uint256"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
	"github.com/hyperlane-go/sdk/message"
)

// answers is a fake whose contracts answer as a table says, and where some addresses have no code.
type answers struct {
	*evmtest.Node
	to     map[[4]byte]func(ethereum.CallMsg) ([]byte, error)
	noCode map[common.Address]bool
}

func newAnswers() *answers {
	return &answers{Node: newFake(), to: map[[4]byte]func(ethereum.CallMsg) ([]byte, error){}, noCode: map[common.Address]bool{}}
}

// set makes the function that input calls answer so.
func (a *answers) set(input, out []byte, err error) {
	a.to[[4]byte(input)] = func(ethereum.CallMsg) ([]byte, error) { return out, err }
}

func (a *answers) CallContract(ctx context.Context, msg ethereum.CallMsg, block *big.Int) ([]byte, error) {
	if answer, ok := a.to[[4]byte(msg.Data)]; ok {
		return answer(msg)
	}
	return a.Node.CallContract(ctx, msg, block)
}

func (a *answers) CodeAt(ctx context.Context, account common.Address, block *big.Int) ([]byte, error) {
	if a.noCode[account] {
		return nil, ctx.Err()
	}
	return a.Node.CodeAt(ctx, account, block)
}

func (a *answers) chain(t *testing.T) *hyperlane.Chain {
	t.Helper()
	c, err := connect(t.Context(), a, hyperlane.Mailbox(fakeBox), fast)
	require.NoError(t, err)
	return c
}

var (
	fakeRecipient = common.Address{0xee}
	fakeModule    = common.Address{0xdd}
	reverts       = rpcError{Code: 3, Text: "execution reverted", Data: "0x01020304"}
	errDown       = errors.New("connection reset")
)

func addressWord(a common.Address) []byte { return common.LeftPadBytes(a[:], 32) }

// What a refusal leaves open is found out by asking the chain, and what cannot be found out stays
// open.
func TestExplain(t *testing.T) {
	m := &message.Message{Version: 3, Origin: 2000, Sender: message.Address{31: 7}, Destination: coreDomain, Recipient: message.FromEVM(fakeRecipient), Body: []byte("x")}
	handle := contracts.IMessageRecipient{}.PackHandle(2000, m.Sender, m.Body)
	recipientISM := contracts.Mailbox{}.PackRecipientIsm(fakeRecipient)
	bare := func() error { return &evm.RevertError{} }
	of := func(class error) func() error {
		return func() error { return &evm.RevertError{Data: []byte{1, 2, 3, 4}, Class: class} }
	}
	refuses := func(a *answers) { a.set(handle, nil, reverts) }
	for _, row := range []struct {
		name  string
		setup func(a *answers)
		err   func() error
		want  []error // it matches these
		not   []error // and none of these
	}{
		{"no refusal", nil, func() error { return errDown }, []error{errDown}, []error{evm.ErrReverted, hyperlane.ErrISMRefused}},
		{"bare, recipient without code", func(a *answers) { a.noCode[fakeRecipient] = true }, bare,
			[]error{hyperlane.ErrRecipient, evm.ErrNoCode, evm.ErrReverted}, []error{hyperlane.ErrISMRefused}},
		{"with data, recipient without code", func(a *answers) { a.noCode[fakeRecipient] = true; refuses(a) }, of(nil),
			nil, []error{hyperlane.ErrRecipient, evm.ErrNoCode}},
		{"bare, its module cannot be read", func(a *answers) { a.set(recipientISM, nil, reverts) }, bare,
			[]error{hyperlane.ErrRecipient, evm.ErrReverted}, []error{evm.ErrNoCode}},
		{"bare, the node fails", func(a *answers) { a.set(recipientISM, nil, errDown); a.noCode[common.Address{}] = true; refuses(a) }, bare, nil, []error{hyperlane.ErrRecipient, evm.ErrRPC}},
		{"bare, its module has no code", func(a *answers) { a.noCode[fakeModule] = true }, bare,
			[]error{hyperlane.ErrRecipient, evm.ErrNoCode, evm.ErrReverted}, []error{hyperlane.ErrISMRefused}},
		{"bare, all have code, the recipient refuses", refuses, bare, nil, []error{hyperlane.ErrRecipient, hyperlane.ErrISMRefused}},
		{"bare, all have code, the recipient takes it", nil, bare, []error{hyperlane.ErrISMRefused}, []error{hyperlane.ErrRecipient}},
		{"unknown, the recipient refuses", refuses, of(nil), nil, []error{hyperlane.ErrISMRefused}},
		{"unknown, the recipient takes it", nil, of(nil), []error{hyperlane.ErrISMRefused}, nil},
		{"unknown, the node fails", func(a *answers) { a.set(handle, nil, errDown) }, of(nil), nil, []error{hyperlane.ErrISMRefused, evm.ErrRPC}},
		{"metadata", refuses, of(hyperlane.ErrMetadata), []error{hyperlane.ErrMetadata, hyperlane.ErrISMRefused}, nil},
		{"signature", refuses, of(hyperlane.ErrSignature), []error{hyperlane.ErrSignature, hyperlane.ErrISMRefused}, nil},
		{"paused, the recipient takes it", nil, of(hyperlane.ErrPaused), []error{hyperlane.ErrPaused, hyperlane.ErrISMRefused}, nil},
		{"paused, the recipient refuses", refuses, of(hyperlane.ErrPaused), []error{hyperlane.ErrPaused}, []error{hyperlane.ErrISMRefused}},
		{"another class", nil, of(hyperlane.ErrAlreadyDelivered), []error{hyperlane.ErrAlreadyDelivered}, []error{hyperlane.ErrISMRefused}},
		{"mined", nil, func() error { return &evm.TxError{Class: evm.ErrTxFailed, Err: of(nil)()} }, []error{evm.ErrTxFailed}, []error{hyperlane.ErrISMRefused}},
		{"mined and paused", nil, func() error { return &evm.TxError{Class: evm.ErrTxFailed, Err: of(hyperlane.ErrPaused)()} },
			[]error{hyperlane.ErrPaused}, []error{hyperlane.ErrISMRefused}},
		{"wrapped", nil, func() error { return fmt.Errorf("while asking: %w", of(nil)()) }, []error{hyperlane.ErrISMRefused}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			a := newAnswers()
			a.set(recipientISM, addressWord(fakeModule), nil)
			var asked ethereum.CallMsg
			a.to[[4]byte(handle)] = func(msg ethereum.CallMsg) ([]byte, error) { asked = msg; return nil, nil }
			if row.setup != nil {
				row.setup(a)
			}
			in := a.chain(t).Inbox()
			call, err := in.ProcessCall(nil, m)
			require.NoError(t, err)
			before := row.err()
			err = in.Explain(t.Context(), call.WithValue(uint256.NewInt(9)), m, before)
			require.ErrorIs(t, err, before)
			for _, class := range row.want {
				require.ErrorIs(t, err, class)
			}
			for _, class := range row.not {
				require.NotErrorIs(t, err, class)
			}
			if asked.To != nil {
				assert.Equal(t, ethereum.CallMsg{From: fakeBox, To: &fakeRecipient, Value: big.NewInt(9), Data: handle}, asked, "as the mailbox asks")
			}
		})
	}
	a := newAnswers()
	a.noCode[common.Address{}] = true
	in, dirty := a.chain(t).Inbox(), *m
	dirty.Recipient[0] = 1
	var refused *evm.RevertError
	err := in.Explain(t.Context(), evm.Call{}, &dirty, bare())
	require.ErrorAs(t, err, &refused)
	require.NoError(t, refused.Class)
	require.NotErrorIs(t, err, evm.ErrNoCode, "it is no address")
}

// What no Inbox of this chain accepts is refused without asking a node, and gives no call.
func TestProcessCallRefusals(t *testing.T) {
	n := newAnswers()
	c := n.chain(t)
	good := message.Message{Version: 3, Origin: 2000, Destination: coreDomain, Recipient: message.FromEVM(fakeRecipient)}
	call, err := c.Inbox().ProcessCall([]byte{1}, &good)
	require.NoError(t, err)
	assert.Equal(t, fakeBox, *call.To)
	assert.Nil(t, call.Value)
	n.Before = func(op string) { t.Errorf("asked for a %s", op) }
	for name, row := range map[string]struct {
		change func(m *message.Message)
		want   error
	}{
		"version":     {func(m *message.Message) { m.Version = 2 }, hyperlane.ErrVersion},
		"destination": {func(m *message.Message) { m.Destination++ }, hyperlane.ErrWrongDestination},
		"recipient":   {func(m *message.Message) { m.Recipient[11] = 1 }, hyperlane.ErrRecipient},
	} {
		bad := good
		row.change(&bad)
		call, err := c.Inbox().ProcessCall(nil, &bad)
		require.ErrorIs(t, err, row.want, name)
		assert.Equal(t, evm.Call{}, call)
		require.ErrorIs(t, c.Inbox().Simulate(t.Context(), fakeSender, nil, &bad), row.want)
		_, err = c.Inbox().EstimateProcess(t.Context(), fakeSender, nil, &bad)
		require.ErrorIs(t, err, row.want)
		_, err = c.Inbox().Process(t.Context(), opts(t), nil, &bad)
		require.ErrorIs(t, err, row.want)
	}
	_, err = c.Inbox().ProcessCall(nil, nil)
	require.ErrorIs(t, err, evm.ErrConfig)
	_, err = c.Inbox().Process(t.Context(), nil, nil, &good)
	require.ErrorIs(t, err, evm.ErrConfig)
	for _, value := range []*big.Int{big.NewInt(-1), new(big.Int).Lsh(big.NewInt(1), 256)} {
		o := opts(t)
		o.Value = value
		_, err = c.Inbox().Process(t.Context(), o, nil, &good)
		require.ErrorIs(t, err, evm.ErrConfig)
		require.ErrorContains(t, err, "TransactOpts.Value")
		_, err = c.Outbox().Dispatch(t.Context(), o, toSomebody)
		require.ErrorContains(t, err, "TransactOpts.Value")
	}
	addrs := hyperlane.Mailbox(fakeBox)
	addrs.ValidatorAnnounce = common.Address{7}
	c, err = connect(t.Context(), newAnswers(), addrs, fast)
	require.NoError(t, err)
	o := opts(t)
	o.Value = big.NewInt(-1)
	_, err = c.ValidatorAnnounce().Publish(t.Context(), o, announced(t, c))
	require.ErrorContains(t, err, "TransactOpts.Value")
}

// A gas limit that is given leaves out the estimate, and not the simulation: what is refused is not
// paid for.
func TestProcessWithGasLimitRefused(t *testing.T) {
	n := newAnswers()
	n.Submit = func(*types.Transaction) (bool, error) { t.Error("it was sent"); return true, nil }
	m := &message.Message{Version: 3, Origin: 2000, Destination: coreDomain, Recipient: message.FromEVM(fakeRecipient)}
	c := n.chain(t)
	n.set(contracts.Mailbox{}.PackProcess(nil, nil), nil, reverts)
	o := opts(t)
	o.GasLimit = 100_000
	_, err := c.Inbox().Process(t.Context(), o, nil, m)
	require.ErrorIs(t, err, evm.ErrReverted)
}

// A process that succeeds has left its own log; another one does not stand for it.
func TestProcessLog(t *testing.T) {
	k := newCore(t)
	b, c := newCrooked(t, k)
	nonce := uint32(0)
	for name, change := range map[string]func(r *types.Receipt, l *types.Log){
		"another contract": func(_ *types.Receipt, l *types.Log) { l.Address[0]++ },
		"another event":    func(_ *types.Receipt, l *types.Log) { l.Topics[0][0]++ },
		"another message":  func(_ *types.Receipt, l *types.Log) { l.Topics[1][0]++ },
		"no message":       func(_ *types.Receipt, l *types.Log) { l.Topics = l.Topics[:1] },
		"more fields":      func(_ *types.Receipt, l *types.Log) { l.Topics = append(l.Topics, common.Hash{}) },
		"none":             func(r *types.Receipt, _ *types.Log) { r.Logs = nil },
	} {
		b.receipt = func(r *types.Receipt) (*types.Receipt, error) {
			for _, l := range r.Logs {
				if l.Topics[0] == topicProcessID {
					change(r, l)
					return r, nil
				}
			}
			t.Error("no log of the process")
			return r, nil
		}
		nonce++
		receipt, err := c.Inbox().Process(t.Context(), b.opts(), nil, k.inbound(nonce))
		require.ErrorIs(t, err, evm.ErrAnswer, name)
		assert.NotNil(t, receipt, "it was paid for")
	}
}

// Who delivered a message, and where, must be possible as of the block read at.
func TestProcessedHostile(t *testing.T) {
	b, id := contracts.Mailbox{}, message.ID{1}
	at, by := b.PackProcessedAt(id), b.PackProcessor(id)
	for name, row := range map[string]struct {
		at    []byte
		atErr error
		by    []byte
		byErr error
		want  error
	}{
		"later than the block read at": {at: evmtest.Word(4), by: addressWord(fakeSender), want: evm.ErrAnswer},
		"no block number":              {at: append([]byte{1}, make([]byte, 31)...), by: addressWord(fakeSender), want: evm.ErrAnswer},
		"2^64":                         {at: append(make([]byte, 23), 1, 0, 0, 0, 0, 0, 0, 0, 0), by: addressWord(fakeSender), want: evm.ErrAnswer},
		"a short block":                {at: []byte{1}, by: addressWord(fakeSender), want: evm.ErrAnswer},
		"the block is refused":         {atErr: reverts, by: addressWord(fakeSender), want: evm.ErrReverted},
		"the node fails":               {atErr: errDown, by: addressWord(fakeSender), want: evm.ErrRPC},
		"a short processor":            {at: evmtest.Word(3), by: []byte{1}, want: evm.ErrAnswer},
		"the processor is refused":     {at: evmtest.Word(3), byErr: reverts, want: evm.ErrReverted},
	} {
		a := newAnswers()
		for range 5 {
			a.Mine(0)
		}
		c := a.chain(t)
		head, err := c.HeadAt(t.Context(), 3)
		require.NoError(t, err)
		a.set(at, row.at, row.atErr)
		a.set(by, row.by, row.byErr)
		d, err := c.At(head).Inbox().Processed(t.Context(), id)
		require.ErrorIs(t, err, row.want, name)
		assert.Nil(t, d)

		a.set(at, evmtest.Word(3), nil)
		a.set(by, addressWord(fakeSender), nil)
		d, err = c.At(head).Inbox().Processed(t.Context(), id)
		require.NoError(t, err)
		assert.Equal(t, &hyperlane.Delivery{ID: id, Processor: fakeSender, BlockNumber: 3}, d)
		d, err = c.Inbox().Processed(t.Context(), id) // as of the latest block, whatever it is
		require.NoError(t, err)
		assert.EqualValues(t, 3, d.BlockNumber)
		a.Header = func(*types.Header) (*types.Header, error) { return nil, errDown }
		d, err = c.Inbox().Processed(t.Context(), id)
		require.ErrorIs(t, err, evm.ErrRPC, "nothing could be read, which is not the same as not delivered")
		assert.Nil(t, d)
	}
}

// Where a chain has no such contract, each method says so without asking a node.
func TestMethodsWithoutAddress(t *testing.T) {
	n := newAnswers()
	connect := func(addrs hyperlane.Addresses) *hyperlane.Chain {
		n.Before = nil
		c, err := connect(t.Context(), n, addrs, fast)
		require.NoError(t, err)
		n.Before = func(op string) { t.Errorf("asked for a %s", op) }
		return c
	}
	ctx, id := t.Context(), message.ID{1}
	out := connect(hyperlane.Addresses{Outbox: fakeBox})
	for field, call := range map[string]func() error{
		"Inbox, Delivered":    func() error { _, err := out.Inbox().Delivered(ctx, id); return err },
		"Inbox, Processed":    func() error { _, err := out.Inbox().Processed(ctx, id); return err },
		"Inbox, Wait":         func() error { _, err := out.Inbox().Wait(ctx, id); return err },
		"Inbox, RecipientISM": func() error { _, err := out.Inbox().RecipientISM(ctx, fakeSender); return err },
		"Inbox, DefaultISM":   func() error { _, err := out.Inbox().DefaultISM(ctx); return err },
		"Inbox, ProcessCall": func() error {
			_, err := out.Inbox().ProcessCall(nil, &message.Message{Version: 3, Destination: coreDomain})
			return err
		},
		"ValidatorAnnounce, Locations":  func() error { _, err := out.ValidatorAnnounce().Locations(ctx, fakeSender); return err },
		"ValidatorAnnounce, Validators": func() error { _, err := out.ValidatorAnnounce().Validators(ctx); return err },
		"ValidatorAnnounce, Publish": func() error {
			_, err := out.ValidatorAnnounce().Publish(ctx, opts(t), announced(t, out))
			return err
		},
	} {
		checkField(t, field, call())
	}
	in := connect(hyperlane.Addresses{Inbox: fakeBox})
	for field, call := range map[string]func() error{
		"Outbox, Nonce":                    func() error { _, err := in.Outbox().Nonce(ctx); return err },
		"Outbox, Quote":                    func() error { _, err := in.Outbox().Quote(ctx, fakeSender, toSomebody); return err },
		"Outbox, DispatchCall":             func() error { _, err := in.Outbox().DispatchCall(toSomebody); return err },
		"Outbox, EstimateDispatch":         func() error { _, err := in.Outbox().EstimateDispatch(ctx, fakeSender, nil, toSomebody); return err },
		"MerkleTreeHook, Read":             func() error { _, err := in.Tree().Read(ctx); return err },
		"MerkleTreeHook, Count":            func() error { _, err := in.Tree().Count(ctx); return err },
		"MerkleTreeHook, Root":             func() error { _, err := in.Tree().Root(ctx); return err },
		"MerkleTreeHook, LatestCheckpoint": func() error { _, _, err := in.Tree().LatestCheckpoint(ctx); return err },
	} {
		checkField(t, field, call())
	}
}

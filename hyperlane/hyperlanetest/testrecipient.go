package hyperlanetest

import (
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/holiman/uint256"

	"github.com/hyperlane-go/sdk/contracts/contractstest"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// TestRecipient is the recipient that every chain has for tests: it counts the messages that it
// handles, remembers the last, and can be made to misbehave. Get it from [Chain.TestRecipient].
//
// Its setters go straight to the node, past every link, and make a block. Its reads are as of the
// latest block and go through the chain's link.
type TestRecipient struct{ chain *Chain }

// TestRecipient returns the test recipient of this chain.
func (c *Chain) TestRecipient() *TestRecipient { return &TestRecipient{c} }

// testRecipient packs calls to, and unpacks answers of, the contract.
var testRecipient = contractstest.TestRecipient{}

// Address returns the contract's address. [Chain.Recipient] returns it as messages name it.
func (r *TestRecipient) Address() common.Address { return r.chain.Contracts.TestRecipient }

// HandleMode is what the test recipient does with a message.
type HandleMode uint8

// The modes of [TestRecipient.SetHandleMode].
const (
	HandleAccept       HandleMode = iota // accepts and remembers it
	HandleRevertString                   // reverts with a string
	HandleRevertCustom                   // reverts with the custom error TestRecipientRefused
	HandleRevertEmpty                    // reverts without data
)

// String returns the name of the mode.
func (m HandleMode) String() string {
	return name("HandleMode", m, "accept", "revert with a string", "revert with a custom error", "revert without data")
}

// ISMMode is how the test recipient answers interchainSecurityModule().
type ISMMode uint8

// The modes of [TestRecipient.SetISMMode].
const (
	ISMAnswer  ISMMode = iota // returns the module of SetISM, at first zero
	ISMRevert                 // reverts without data
	ISMNothing                // returns no data
	ISMShort                  // returns 31 bytes
	ISMDirty                  // returns the address with a bit set above its 20 bytes
	ISMLong                   // returns the address and 32 bytes more
)

// String returns the name of the mode.
func (m ISMMode) String() string {
	return name("ISMMode", m, "answer", "revert", "nothing", "short", "dirty", "long")
}

// name returns the name of a constant.
func name[T ~uint8](kind string, value T, names ...string) string {
	if int(value) < len(names) {
		return names[value]
	}
	return fmt.Sprintf("%s %d", kind, uint8(value))
}

// SetHandleMode sets what the recipient does with messages.
func (r *TestRecipient) SetHandleMode(ctx context.Context, mode HandleMode) error {
	if mode > HandleRevertEmpty {
		return refused("TestRecipient.SetHandleMode", mode.String(), "a mode that this package names")
	}
	return r.set(ctx, testRecipient.PackSetHandleMode(uint8(mode)))
}

// SetISMMode sets how the recipient names its security module.
func (r *TestRecipient) SetISMMode(ctx context.Context, mode ISMMode) error {
	if mode > ISMLong {
		return refused("TestRecipient.SetISMMode", mode.String(), "a mode that this package names")
	}
	return r.set(ctx, testRecipient.PackSetIsmMode(uint8(mode)))
}

// SetISM sets the security module of the recipient. The zero address is the default of the mailbox.
func (r *TestRecipient) SetISM(ctx context.Context, module common.Address) error {
	return r.set(ctx, testRecipient.PackSetInterchainSecurityModule(module))
}

func (r *TestRecipient) set(ctx context.Context, data []byte) error {
	b, err := r.chain.batch(deployer(r.chain.index))
	if err != nil {
		return err
	}
	to := r.Address()
	if err := b.add(&to, data); err != nil {
		return err
	}
	if err := b.mine(ctx); err != nil {
		return fmt.Errorf("hyperlanetest: domain %d: test recipient: %w", r.chain.domain, err)
	}
	return nil
}

// Handled returns how many messages the recipient has handled.
func (r *TestRecipient) Handled(ctx context.Context) (uint64, error) {
	count, err := evm.Read(ctx, r.chain.Client, evm.Head{},
		recipientQuery(r, "handled()", testRecipient.PackHandled(), testRecipient.UnpackHandled))
	if err != nil {
		return 0, err
	}
	return count.Uint64(), nil
}

// HandledMessage is a message as the test recipient got it.
type HandledMessage struct {
	Origin message.Domain
	Sender message.Address
	Body   []byte
	Value  *uint256.Int   // native token that came with it, in wei
	Caller common.Address // the mailbox
}

// Last returns the message that the recipient handled last, the zero value where there is none.
func (r *TestRecipient) Last(ctx context.Context) (HandledMessage, error) {
	batch := r.chain.Batch(evm.Head{})
	origin := evm.Add(batch, recipientQuery(r, "lastOrigin()", testRecipient.PackLastOrigin(), testRecipient.UnpackLastOrigin))
	sender := evm.Add(batch, recipientQuery(r, "lastSender()", testRecipient.PackLastSender(), testRecipient.UnpackLastSender))
	body := evm.Add(batch, recipientQuery(r, "lastBody()", testRecipient.PackLastBody(), testRecipient.UnpackLastBody))
	value := evm.Add(batch, recipientQuery(r, "lastValue()", testRecipient.PackLastValue(), testRecipient.UnpackLastValue))
	caller := evm.Add(batch, recipientQuery(r, "lastCaller()", testRecipient.PackLastCaller(), testRecipient.UnpackLastCaller))
	if err := batch.Run(ctx); err != nil {
		return HandledMessage{}, err
	}
	var h HandledMessage
	var errs [5]error
	var domain uint32
	var from [32]byte
	var wei *big.Int
	domain, errs[0] = origin.Get()
	from, errs[1] = sender.Get()
	h.Body, errs[2] = body.Get()
	wei, errs[3] = value.Get()
	h.Caller, errs[4] = caller.Get()
	for _, err := range errs {
		if err != nil {
			return HandledMessage{}, err
		}
	}
	h.Origin, h.Sender, h.Value = message.Domain(domain), from, uint256.MustFromBig(wei)
	return h, nil
}

func recipientQuery[T any](r *TestRecipient, name string, data []byte, decode func([]byte) (T, error)) evm.Query[T] {
	return evm.Query[T]{Name: name, To: r.Address(), Data: data, Decode: decode}
}

package hyperlane_test

import (
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/holiman/uint256"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/message"
)

// named returns the arguments of the first log that is this event of this contract, indexed ones
// included.
func (d *deployed) named(receipt *types.Receipt, event string) map[string]any {
	d.t.Helper()
	for _, log := range receipt.Logs {
		if log.Address != d.at || log.Topics[0] != d.Events[event].ID {
			continue
		}
		args := map[string]any{}
		require.NoError(d.t, d.UnpackIntoMap(args, event, log.Data))
		indexed := d.Events[event].Inputs[:0:0]
		for _, in := range d.Events[event].Inputs {
			if in.Indexed {
				indexed = append(indexed, in)
			}
		}
		require.NoError(d.t, abi.ParseTopicsIntoMap(args, indexed, log.Topics[1:]))
		return args
	}
	require.Failf(d.t, "no such log", "%s of %s", event, d.at)
	return nil
}

// What official agents and libraries ask our contracts, by the official ABI: hooks, announcements,
// checkpoints, modules, deliveries and logs. Their hook readers throw on a hook they do not know,
// so the mailbox answers as the Merkle tree hook that it is.
func TestOfficialReadersOfOurContracts(t *testing.T) {
	network := hyperlanetest.New(t, 2)
	a, b := newOurs(t, network.Chains[0]), newOurs(t, network.Chains[1])
	l := newLane(t, network, a, b)
	sent, err := a.Outbox().Dispatch(t.Context(), a.on.Transactor(1), hyperlane.Dispatch{
		Destination: b.Domain(), Recipient: b.recipient(ism.TypeMerkleRootMultisig), Body: []byte("read me"),
	})
	require.NoError(t, err)
	require.Equal(t, relayer.StageFinal, l.work(sent.ID)[sent.ID].Stage)
	t.Run("hook", func(t *testing.T) { readHook(t, a, sent) })
	t.Run("announcements", func(t *testing.T) { readAnnouncements(t, a) })
	t.Run("sender", func(t *testing.T) { readSender(t, a) })
	t.Run("delivery", func(t *testing.T) { readDelivery(t, a, b, sent) })
	t.Run("gas", func(t *testing.T) { readGas(t, a, b, sent.Message) })
}

func readHook(t *testing.T, a *party, sent *hyperlane.Dispatched) {
	at, raw := a.on.Contracts.Mailbox, wire(t, &sent.Message)
	mailbox, hook := speaks(t, a.on, at, "contracts/Mailbox"), speaks(t, a.on, at, "hooks/MerkleTreeHook")
	assert.Equal(t, at, mailbox.ask("defaultHook")[0], "its own address")
	assert.EqualValues(t, 3, hook.ask("hookType")[0])
	assert.Equal(t, true, hook.ask("supportsMetadata", []byte{0, 1})[0])
	assert.Zero(t, hook.ask("quoteDispatch", []byte{}, raw)[0].(*big.Int).Sign())
	_, err := hook.try("postDispatch", []byte{}, raw)
	require.ErrorContains(t, err, "execution reverted", "strangers insert nothing")
	tree, err := a.Tree().Read(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []any{[32]byte(tree.Root()), uint32(0)}, hook.ask("latestCheckpoint"))
	assert.EqualValues(t, 1, hook.ask("count")[0])
	assert.EqualValues(t, 1, mailbox.ask("nonce")[0])
	assert.EqualValues(t, message.Version, mailbox.ask("VERSION")[0])
	assert.Equal(t, map[string]any{
		"sender": a.on.Transactor(1).From, "destination": uint32(sent.Message.Destination), "recipient": [32]byte(sent.Message.Recipient), "message": raw,
	}, mailbox.named(sent.Receipt, "Dispatch"))
	assert.Equal(t, [32]byte(sent.ID), mailbox.named(sent.Receipt, "DispatchId")["messageId"])
	assert.Equal(t, map[string]any{"messageId": [32]byte(sent.ID), "index": uint32(0)}, hook.named(sent.Receipt, "InsertedIntoTree"))
}

func readAnnouncements(t *testing.T, a *party) {
	announce := speaks(t, a.on, a.on.Contracts.ValidatorAnnounce, "ValidatorAnnounce")
	locations := announce.ask("getAnnouncedStorageLocations", trio())[0].([][]string)
	want, err := a.ValidatorAnnounce().Locations(t.Context(), trio()...)
	require.NoError(t, err)
	assert.Equal(t, want, locations)
	for _, of := range locations {
		assert.NotEmpty(t, of)
	}
	assert.ElementsMatch(t, trio(), announce.ask("getAnnouncedValidators")[0])
}

func readSender(t *testing.T, a *party) {
	router := create(t, a.on, contracts.HelloWorldInitCode(a.on.Contracts.Mailbox, a.on.Transactor(0).From))
	client := speaks(t, a.on, router, "client/MailboxClient")
	assert.Equal(t, common.Address{}, client.ask("hook")[0], "the mailbox's default (trap 10)")
	assert.Equal(t, a.on.Contracts.Mailbox, client.ask("mailbox")[0])
	client.at = a.recipients[ism.TypeNull] // not a client of a mailbox: readers accept a refusal
	_, err := client.try("hook")
	require.ErrorContains(t, err, "execution reverted")
}

func readDelivery(t *testing.T, a, b *party, sent *hyperlane.Dispatched) {
	mailbox := speaks(t, b.on, b.on.Contracts.Mailbox, "contracts/Mailbox")
	recipient, module := b.recipients[ism.TypeMerkleRootMultisig], b.modules[ism.TypeMerkleRootMultisig]
	assert.Equal(t, true, mailbox.ask("delivered", sent.ID)[0])
	assert.Equal(t, module, mailbox.ask("recipientIsm", recipient)[0])
	assert.Equal(t, b.on.Transactor(9).From, mailbox.ask("processor", sent.ID)[0])
	delivery, err := b.Inbox().Wait(t.Context(), sent.ID)
	require.NoError(t, err)
	assert.EqualValues(t, delivery.BlockNumber, mailbox.ask("processedAt", sent.ID)[0].(*big.Int).Uint64())

	multisig := speaks(t, b.on, module, "StaticMerkleRootMultisigIsm")
	assert.EqualValues(t, ism.TypeMerkleRootMultisig, multisig.ask("moduleType")[0])
	assert.Equal(t, []any{trio(), uint8(2)}, multisig.ask("validatorsAndThreshold", wire(t, &sent.Message)))

	receipt, err := b.on.Link.TransactionReceipt(t.Context(), delivery.TxHash)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"origin": uint32(a.Domain()), "sender": [32]byte(sent.Message.Sender), "recipient": recipient}, mailbox.named(receipt, "Process"))
	assert.Equal(t, [32]byte(sent.ID), mailbox.named(receipt, "ProcessId")["messageId"])
}

// readGas estimates a whole delivery, and handle as the mailbox calls it.
func readGas(t *testing.T, a, b *party, m message.Message) {
	m.Nonce, m.Recipient = 7, b.recipient(ism.TypeNull)
	mailbox := speaks(t, b.on, b.on.Contracts.Mailbox, "contracts/Mailbox")
	process, err := mailbox.Pack("process", []byte{}, wire(t, &m))
	require.NoError(t, err)
	whole, err := b.on.Link.EstimateGas(t.Context(), ethereum.CallMsg{From: b.on.Transactor(9).From, To: &mailbox.at, Data: process})
	require.NoError(t, err)
	handler := speaks(t, b.on, b.recipients[ism.TypeNull], "test/TestRecipient")
	handle, err := handler.Pack("handle", uint32(a.Domain()), [32]byte(m.Sender), m.Body)
	require.NoError(t, err)
	part, err := b.on.Link.EstimateGas(t.Context(), ethereum.CallMsg{From: mailbox.at, To: &handler.at, Data: handle})
	require.NoError(t, err)
	assert.Greater(t, whole, part)
}

// The official paymaster's quotes are those of the protocol specification, 17.5, to the unit and
// whatever the mailbox; what the client pays by itself is exactly that, and what is paid too much
// comes back (traps 38, 41).
func TestOfficialPaymaster(t *testing.T) {
	network := hyperlanetest.New(t, 2)
	live, ours := newLive(t, network.Chains[0]), newOurs(t, network.Chains[0])
	for name, p := range map[string]struct {
		*party
		hook common.Address
		flat uint64 // beside the paymaster's
	}{"official mailbox": {live, common.Address{}, protocolFee}, "our mailbox": {ours, live.paymaster.at, 0}} {
		t.Run(name, func(t *testing.T) {
			from := p.on.Transactor(1).From
			for _, row := range []struct {
				metadata *message.HookMetadata
				fee      uint64
			}{
				{nil, 535_500},
				{&message.HookMetadata{Refund: &from}, 535_500},
				{&message.HookMetadata{GasLimit: uint256.NewInt(200_000), Refund: &from}, 2_110_500},
				{&message.HookMetadata{GasLimit: uint256.NewInt(0), Refund: &from}, 10_500},
			} {
				d := hyperlane.Dispatch{Destination: 2000, Recipient: message.Address{31: 1}, Hook: p.hook}
				if row.metadata != nil {
					var err error
					d.Metadata, err = row.metadata.MarshalBinary()
					require.NoError(t, err)
				}
				quote, err := p.Outbox().Quote(t.Context(), from, d)
				require.NoError(t, err)
				require.EqualValues(t, row.fee+p.flat, quote.Uint64(), "%+v", row.metadata)
				for _, tooMuch := range []int64{0, 999} {
					opts := p.on.Transactor(1)
					if tooMuch > 0 {
						opts.Value = new(big.Int).Add(quote.ToBig(), big.NewInt(tooMuch))
					}
					before := p.wealth(t, from)
					sent, err := p.Outbox().Dispatch(t.Context(), opts, d)
					require.NoError(t, err)
					require.True(t, sent.InTree)
					paid := live.paymaster.named(sent.Receipt, "GasPayment")
					assert.Equal(t, [32]byte(sent.ID), paid["messageId"])
					assert.EqualValues(t, row.fee, paid["payment"].(*big.Int).Uint64())
					gas := new(big.Int).Mul(sent.Receipt.EffectiveGasPrice, new(big.Int).SetUint64(sent.Receipt.GasUsed))
					spent := new(big.Int).Sub(before, p.wealth(t, from))
					assert.Equal(t, quote.ToBig(), spent.Sub(spent, gas), "%d too much", tooMuch)
				}
			}
			overpayForNobody(t, live, p.party)
		})
	}
}

// A refund address of zero: the official paymaster refuses an overpayment then, with our mailbox
// the excess comes back (trap 39).
func overpayForNobody(t *testing.T, live, p *party) {
	t.Helper()
	from := p.on.Transactor(1).From
	raw, err := (&message.HookMetadata{Refund: &common.Address{}}).MarshalBinary()
	require.NoError(t, err)
	d := hyperlane.Dispatch{Destination: 2000, Recipient: message.Address{31: 1}, Hook: live.paymaster.at, Metadata: raw}
	quote, err := p.Outbox().Quote(t.Context(), from, d)
	require.NoError(t, err)
	_, err = p.Outbox().Dispatch(t.Context(), p.on.Transactor(1), d)
	require.NoError(t, err, "exactly the quote")

	opts := p.on.Transactor(1)
	opts.Value = new(big.Int).Add(quote.ToBig(), big.NewInt(1))
	before := p.wealth(t, from)
	sent, err := p.Outbox().Dispatch(t.Context(), opts, d)
	if p == live {
		require.ErrorIs(t, err, evm.ErrPayment)
		return
	}
	require.NoError(t, err)
	gas := new(big.Int).Mul(sent.Receipt.EffectiveGasPrice, new(big.Int).SetUint64(sent.Receipt.GasUsed))
	assert.Equal(t, quote.ToBig(), new(big.Int).Sub(new(big.Int).Sub(before, p.wealth(t, from)), gas))
}

func (p *party) wealth(t testing.TB, account common.Address) *big.Int {
	t.Helper()
	balance, err := p.on.Link.BalanceAt(t.Context(), account, nil)
	require.NoError(t, err)
	return balance
}

// Official modules that lean on the mailbox work with ours: one routes to its default, the other
// asks during verify who delivers, which only a record written before the module runs can tell, and
// only a simulation with the true sender shows (trap 5).
func TestOfficialModulesOnOurMailbox(t *testing.T) {
	network := hyperlanetest.New(t, 2)
	for name, p := range map[string]*party{"official": newOfficial(t, network.Chains[0]), "ours": newOurs(t, network.Chains[0])} {
		t.Run(name, func(t *testing.T) {
			mailbox, trusted := p.Inbox().Address(), p.on.Transactor(9)
			routing := put(t, p.on, "isms/routing/DefaultFallbackRoutingIsm", mailbox)
			byDefault, err := p.Inbox().DefaultISM(t.Context())
			require.NoError(t, err)
			m := &message.Message{Version: message.Version, Origin: 2000, Sender: message.Address{31: 9}, Destination: p.Domain(), Body: []byte("trust")}
			assert.Equal(t, byDefault, routing.ask("route", wire(t, m))[0])

			module := put(t, p.on, "isms/TrustedRelayerIsm", mailbox, trusted.From)
			recipient := put(t, p.on, "test/TestRecipient")
			recipient.send("setInterchainSecurityModule", module.at)
			m.Recipient = message.FromEVM(recipient.at)
			require.ErrorIs(t, p.Inbox().Simulate(t.Context(), p.on.Transactor(8).From, nil, m), hyperlane.ErrISMRefused)
			_, err = p.Inbox().Process(t.Context(), p.on.Transactor(8), nil, m)
			require.ErrorIs(t, err, hyperlane.ErrISMRefused)
			require.Error(t, p.Modules().Verify(t.Context(), trusted.From, module.at, nil, m), "there is no delivery while the module alone is asked")
			_, err = p.Inbox().Process(t.Context(), trusted, nil, m)
			require.NoError(t, err)
			assert.Equal(t, m.Body, recipient.ask("lastData")[0])
		})
	}
}

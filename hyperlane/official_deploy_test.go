package hyperlane_test

import (
	"context"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts/contractstest"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
	"github.com/hyperlane-go/sdk/internal/official"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// deployed is a contract on a test chain, spoken to through an ABI: the official one's own, whoever's contract it is.
type deployed struct {
	abi.ABI
	t    testing.TB
	at   common.Address
	node hyperlane.Backend
	opts *bind.TransactOpts // sends, and stands as the caller of questions
}

// deploy puts an official contract of the npm package on a chain.
func deploy(t testing.TB, on *hyperlanetest.Chain, name string, args ...any) *deployed {
	t.Helper()
	parsed, code := official.Load(t, name)
	packed, err := parsed.Pack("", args...)
	require.NoError(t, err, name)
	d := &deployed{ABI: parsed, t: t, node: on.Link, opts: on.Transactor(0)}
	at, tx, err := bind.DeployContract(d.opts, code, d.node, packed)
	require.NoError(t, err, name)
	d.mined(tx, name)
	d.at = at
	return d
}

// speaks gives a contract another ABI, that of the named official contract.
func speaks(t testing.TB, on *hyperlanetest.Chain, at common.Address, name string) *deployed {
	t.Helper()
	parsed, _ := official.Load(t, name)
	return &deployed{ABI: parsed, t: t, at: at, node: on.Link, opts: on.Transactor(0)}
}

func (d *deployed) mined(tx *types.Transaction, what string) *types.Receipt {
	d.t.Helper()
	receipt, err := d.node.TransactionReceipt(d.t.Context(), tx.Hash())
	require.NoError(d.t, err, what)
	require.EqualValues(d.t, 1, receipt.Status, "%s reverted", what)
	return receipt
}

// send calls a method in a transaction of its own.
func (d *deployed) send(method string, args ...any) *types.Receipt {
	d.t.Helper()
	input, err := d.Pack(method, args...)
	require.NoError(d.t, err, method)
	tx, err := bind.NewBoundContract(d.at, d.ABI, d.node, d.node, d.node).RawTransact(d.opts, input)
	require.NoError(d.t, err, method)
	return d.mined(tx, method)
}

// ask calls a view and unpacks the answer, which must be there.
func (d *deployed) ask(method string, args ...any) []any {
	d.t.Helper()
	values, err := d.try(method, args...)
	require.NoError(d.t, err, method)
	return values
}

func (d *deployed) try(method string, args ...any) ([]any, error) {
	d.t.Helper()
	input, err := d.Pack(method, args...)
	require.NoError(d.t, err, method)
	out, err := d.node.CallContract(d.t.Context(), ethereum.CallMsg{From: d.opts.From, To: &d.at, Data: input}, nil)
	if err != nil {
		return nil, err
	}
	return d.Unpack(method, out)
}

// party is the protocol on one chain, official contracts or ours, with a recipient behind each kind of module. The multisig modules
// want two of the three validators of every test network.
type party struct {
	*hyperlane.Chain
	on         *hyperlanetest.Chain
	modules    map[ism.ModuleType]common.Address
	recipients map[ism.ModuleType]common.Address
	last       func(recipient common.Address) (sender [32]byte, body []byte) // of what the recipient handled last

	// Of the official contracts only.
	mailbox, tree, announce *deployed
	aside                   *deployed // a hook that leaves the tree alone
}

// protocolFee is what the required hook of the official mailboxes takes.
const protocolFee = 7

func trio() []common.Address {
	return []common.Address{hyperlanetest.Signer(0).Address, hyperlanetest.Signer(1).Address, hyperlanetest.Signer(2).Address}
}

// newOfficial deploys the official contracts as the live network has them: the tree is the default hook, and a fee is taken by the
// required one, so each message passes the tree once.
func newOfficial(t testing.TB, on *hyperlanetest.Chain) *party {
	t.Helper()
	owner := on.Transactor(0).From
	p := &party{on: on, modules: map[ism.ModuleType]common.Address{}, recipients: map[ism.ModuleType]common.Address{}}
	p.mailbox = deploy(t, on, "contracts/Mailbox", uint32(on.Domain()))
	p.tree = deploy(t, on, "hooks/MerkleTreeHook", p.mailbox.at)
	p.announce = deploy(t, on, "ValidatorAnnounce", p.mailbox.at)
	p.aside = deploy(t, on, "hooks/PausableHook")
	fee := deploy(t, on, "hooks/ProtocolFee", big.NewInt(1000), big.NewInt(protocolFee), owner, owner)
	p.modules[ism.TypeNull] = deploy(t, on, "isms/NoopIsm").at
	p.mailbox.send("initialize", owner, p.modules[ism.TypeNull], p.tree.at, fee.at)
	for kind, name := range map[ism.ModuleType]string{
		ism.TypeMessageIDMultisig: "StaticMessageIdMultisigIsmFactory", ism.TypeMerkleRootMultisig: "StaticMerkleRootMultisigIsmFactory",
	} {
		factory := deploy(t, on, name)
		p.modules[kind] = factory.ask("getAddress", trio(), uint8(2))[0].(common.Address)
		factory.send("deploy", trio(), uint8(2))
	}
	for kind, module := range p.modules {
		recipient := deploy(t, on, "test/TestRecipient")
		recipient.send("setInterchainSecurityModule", module)
		p.recipients[kind] = recipient.at
	}
	p.last = func(recipient common.Address) ([32]byte, []byte) {
		r := speaks(t, on, recipient, "test/TestRecipient")
		return r.ask("lastSender")[0].([32]byte), r.ask("lastData")[0].([]byte)
	}
	addrs := hyperlane.Mailbox(p.mailbox.at)
	addrs.MerkleTreeHook, addrs.ValidatorAnnounce = p.tree.at, p.announce.at
	client, err := hyperlane.New(t.Context(), on.Link, addrs, fast, hyperlane.WithDomain(on.Domain()))
	require.NoError(t, err)
	p.Chain = client
	return p
}

// newOurs makes a party of the contracts that the test network has anyway.
func newOurs(t testing.TB, on *hyperlanetest.Chain) *party {
	t.Helper()
	p := &party{Chain: on.Chain, on: on, recipients: map[ism.ModuleType]common.Address{}, modules: map[ism.ModuleType]common.Address{
		ism.TypeMessageIDMultisig: on.Contracts.MessageIDMultisig, ism.TypeMerkleRootMultisig: on.Contracts.MerkleRootMultisig, ism.TypeNull: on.Contracts.Noop,
	}}
	b := contractstest.NewTestRecipient()
	recipient := func(at common.Address) *deployed {
		return &deployed{ABI: b.GetABI(), t: t, at: at, node: on.Link, opts: on.Transactor(0)}
	}
	for kind, module := range p.modules {
		d := recipient(common.Address{})
		at, tx, err := bind.DeployContract(d.opts, common.FromHex(contractstest.TestRecipientMetaData.Bin), d.node, nil)
		require.NoError(t, err)
		d.mined(tx, "TestRecipient")
		recipient(at).send("setInterchainSecurityModule", module)
		p.recipients[kind] = at
	}
	p.last = func(at common.Address) ([32]byte, []byte) {
		return recipient(at).ask("lastSender")[0].([32]byte), recipient(at).ask("lastBody")[0].([]byte)
	}
	return p
}

// recipient is the one behind a kind of module.
func (p *party) recipient(kind ism.ModuleType) message.Address {
	return message.FromEVM(p.recipients[kind])
}

// lane is two parties with our agents between them.
type lane struct {
	t          testing.TB
	network    *hyperlanetest.Network
	parties    [2]*party
	validators []*validator.Validator
	relayer    *relayer.Relayer
	stores     map[string]*hyperlanetest.Storage
	built      map[message.ID]*metadata.Result // with what each message was delivered
}

// newLane employs three validators for each party and a relayer between them. Each first validator publishes into a directory, the others
// into memory that stands for S3.
func newLane(t testing.TB, network *hyperlanetest.Network, a, b *party) *lane {
	t.Helper()
	l := &lane{t: t, network: network, parties: [2]*party{a, b}, stores: map[string]*hyperlanetest.Storage{}, built: map[message.ID]*metadata.Result{}}
	final := hyperlane.Finality{Blocks: 1}
	var chains []relayer.Chain
	for _, p := range l.parties {
		for i := range trio() {
			store, location := l.store(p, i)
			v, err := validator.New(validator.Config{
				Chain: p.Chain, Signer: checkpoint.NewKeySigner(hyperlanetest.Signer(i).Key), Store: store, Location: location, StateDir: t.TempDir(),
				Finality: final, Transactor: p.on.TransactorOf(hyperlanetest.Signer(i)), Now: network.Clock.Now,
			})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, v.Close()) })
			l.validators = append(l.validators, v)
		}
		chains = append(chains, relayer.Chain{Client: p.Chain, Transactor: p.on.Transactor(9), Finality: &final})
	}
	r, err := relayer.New(relayer.Config{
		Chains: chains, Ephemeral: true, AllowLocal: true, OpenStore: l.open, Now: network.Clock.Now,
		Observe: func(e relayer.Event) {
			if e.Stage == relayer.StageMetadataBuilt {
				l.built[e.ID] = e.Result
			}
		},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	l.relayer = r
	return l
}

func (l *lane) store(p *party, i int) (*storage.Store, string) {
	l.t.Helper()
	if i == 0 {
		location := "file://" + l.t.TempDir()
		store, err := storage.Open(l.t.Context(), location, storage.Write)
		require.NoError(l.t, err)
		l.t.Cleanup(func() { require.NoError(l.t, store.Close()) })
		return store, location
	}
	s := hyperlanetest.NewStorage(fmt.Sprintf("s3://validator-%d-of-%s/us-east-1", i, p.Domain()))
	l.stores[s.Location()] = s
	return s.Open(), s.Location()
}

// open is how the relayer gets from an announced location to a store.
func (l *lane) open(ctx context.Context, location string) (*storage.Store, error) {
	if s := l.stores[location]; s != nil {
		return s.Open(storage.ReadOnly()), nil
	}
	return storage.Open(ctx, location, storage.Read)
}

// work lets blocks come and everybody work until all messages have come to rest: delivered for good, or not to be delivered.
func (l *lane) work(ids ...message.ID) map[message.ID]relayer.Status {
	l.t.Helper()
	at := map[message.ID]relayer.Status{}
	for range 20 {
		require.NoError(l.t, l.network.Mine(2))
		for _, v := range l.validators {
			require.NoError(l.t, v.Step(l.t.Context()))
		}
		require.NoError(l.t, l.relayer.Step(l.t.Context()))
		resting := true
		for _, id := range ids {
			status, err := l.relayer.Status(id)
			require.NoError(l.t, err)
			at[id] = status
			resting = resting && (status.Stage == relayer.StageFinal || status.Stage == relayer.StageNotInTree)
		}
		if resting {
			break
		}
		l.network.Clock.Advance(10 * time.Minute)
	}
	return at
}

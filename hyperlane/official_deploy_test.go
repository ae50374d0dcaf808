package hyperlane_test

import (
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/contracts/contractstest"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/deploy"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/internal/official"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/message"
)

// deployed is a contract on a test chain, called through the official ABI, whether it is ours or an
// official one.
type deployed struct {
	abi.ABI
	t    testing.TB
	at   common.Address
	node evm.Backend
	opts *bind.TransactOpts // sends, and stands as the caller of questions
}

// deploy puts an official contract of the npm package on a chain.
func put(t testing.TB, on *hyperlanetest.Chain, name string, args ...any) *deployed {
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

// create puts one of our contracts on a chain.
func create(t testing.TB, on *hyperlanetest.Chain, code []byte) common.Address {
	t.Helper()
	at, tx, err := bind.DeployContract(on.Transactor(0), code, on.Link, nil)
	require.NoError(t, err)
	(&deployed{t: t, node: on.Link}).mined(tx, "one of our contracts")
	return at
}

// clone puts a minimal proxy (EIP-1167) of a contract on a chain.
func clone(t testing.TB, on *hyperlanetest.Chain, of common.Address) common.Address {
	t.Helper()
	return create(t, on, common.FromHex("0x3d602d80600a3d3981f3363d3d373d3d3d363d73"+common.Bytes2Hex(of[:])+"5af43d82803e903d91602b57fd5bf3"))
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

// party is the protocol on one chain, official contracts or ours, with a recipient behind each kind
// of module. The multisig modules want two of the three validators of every test network.
type party struct {
	*hyperlane.Chain
	on         *hyperlanetest.Chain
	modules    map[ism.ModuleType]common.Address
	recipients map[ism.ModuleType]common.Address
	last       func(recipient common.Address) (sender [32]byte, body []byte) // of what the recipient handled last

	// Of official mailboxes only.
	mailbox, tree, announce *deployed
	aside                   *deployed // a hook that leaves the tree alone
	paymaster               *deployed // of newLive only
}

// protocolFee is what the required hook of the official mailboxes takes.
const protocolFee = 7

func trio() []common.Address {
	return []common.Address{hyperlanetest.ValidatorAccount(0).Address, hyperlanetest.ValidatorAccount(1).Address, hyperlanetest.ValidatorAccount(2).Address}
}

// newOfficial deploys official contracts only: the tree is the default hook, and a fee is taken by
// the required one, so each message passes the tree once.
func newOfficial(t testing.TB, on *hyperlanetest.Chain) *party {
	t.Helper()
	p := &party{on: on, modules: officialModules(t, on)}
	p.mailbox = put(t, on, "contracts/Mailbox", uint32(on.Domain()))
	p.tree = put(t, on, "hooks/MerkleTreeHook", p.mailbox.at)
	p.announce = put(t, on, "ValidatorAnnounce", p.mailbox.at)
	return p.open(t, p.tree.at)
}

// newLive deploys official contracts arranged as on the live network: the mailbox behind a proxy,
// and as its default hook an aggregation of the tree and a gas paymaster. The paymaster's numbers
// are those of the protocol specification, 17.5.
func newLive(t testing.TB, on *hyperlanetest.Chain) *party {
	t.Helper()
	p := &party{on: on, modules: officialModules(t, on)}
	p.mailbox = put(t, on, "contracts/Mailbox", uint32(on.Domain()))
	p.mailbox.at = clone(t, on, p.mailbox.at)
	p.tree = put(t, on, "hooks/MerkleTreeHook", p.mailbox.at)
	p.announce = put(t, on, "ValidatorAnnounce", p.mailbox.at)
	oracle := put(t, on, "hooks/igp/StorageGasOracle")
	p.paymaster = put(t, on, "hooks/igp/InterchainGasPaymaster")
	owner := on.Transactor(0).From
	p.paymaster.send("initialize", owner, owner)
	for _, remote := range []uint32{1000, 2000} {
		oracle.send("setRemoteGasData", struct {
			RemoteDomain                uint32
			TokenExchangeRate, GasPrice *big.Int
		}{remote, big.NewInt(15_000_000_001), big.NewInt(7)})
		type config struct {
			GasOracle   common.Address
			GasOverhead *big.Int
		}
		p.paymaster.send("setDestinationGasConfigs", []struct {
			RemoteDomain uint32
			Config       config
		}{{remote, config{oracle.at, big.NewInt(1000)}}})
	}
	hooks := []common.Address{p.tree.at, p.paymaster.at}
	factory := put(t, on, "StaticAggregationHookFactory")
	factory.send("deploy", hooks)
	return p.open(t, factory.ask("getAddress", hooks)[0].(common.Address))
}

// newMixed puts our tree, announcements and modules behind an official mailbox.
func newMixed(t testing.TB, on *hyperlanetest.Chain) *party {
	t.Helper()
	p := &party{on: on, modules: ourModules(on)}
	p.mailbox = put(t, on, "contracts/Mailbox", uint32(on.Domain()))
	tree, err := deploy.MerkleTreeHook(t.Context(), on.Client, on.Transactor(0), p.mailbox.at)
	require.NoError(t, err)
	p.tree = speaks(t, on, tree, "hooks/MerkleTreeHook")
	announce := create(t, on, contracts.ValidatorAnnounceInitCode(p.mailbox.at))
	p.announce = speaks(t, on, announce, "ValidatorAnnounce")
	return p.open(t, tree)
}

// officialModules deploys one official module of each kind.
func officialModules(t testing.TB, on *hyperlanetest.Chain) map[ism.ModuleType]common.Address {
	t.Helper()
	modules := map[ism.ModuleType]common.Address{ism.TypeNull: put(t, on, "isms/NoopIsm").at}
	for kind, name := range map[ism.ModuleType]string{
		ism.TypeMessageIDMultisig: "StaticMessageIdMultisigIsmFactory", ism.TypeMerkleRootMultisig: "StaticMerkleRootMultisigIsmFactory",
	} {
		factory := put(t, on, name)
		modules[kind] = factory.ask("getAddress", trio(), uint8(2))[0].(common.Address)
		factory.send("deploy", trio(), uint8(2))
	}
	return modules
}

// ourModules are those that the test network deployed.
func ourModules(on *hyperlanetest.Chain) map[ism.ModuleType]common.Address {
	return map[ism.ModuleType]common.Address{
		ism.TypeMessageIDMultisig: on.Contracts.MessageIDMultisig, ism.TypeMerkleRootMultisig: on.Contracts.MerkleRootMultisig, ism.TypeNull: on.Contracts.Noop,
	}
}

// open initialises an official mailbox, deploys an official recipient for each module, and connects
// our client.
func (p *party) open(t testing.TB, defaultHook common.Address) *party {
	t.Helper()
	owner := p.on.Transactor(0).From
	p.aside = put(t, p.on, "hooks/PausableHook")
	fee := put(t, p.on, "hooks/ProtocolFee", big.NewInt(1000), big.NewInt(protocolFee), owner, owner)
	p.mailbox.send("initialize", owner, p.modules[ism.TypeNull], defaultHook, fee.at)
	p.recipients = map[ism.ModuleType]common.Address{}
	for kind, module := range p.modules {
		recipient := put(t, p.on, "test/TestRecipient")
		recipient.send("setInterchainSecurityModule", module)
		p.recipients[kind] = recipient.at
	}
	p.last = func(recipient common.Address) ([32]byte, []byte) {
		r := speaks(t, p.on, recipient, "test/TestRecipient")
		return r.ask("lastSender")[0].([32]byte), r.ask("lastData")[0].([]byte)
	}
	addrs := hyperlane.Mailbox(p.mailbox.at)
	addrs.MerkleTreeHook, addrs.ValidatorAnnounce = p.tree.at, p.announce.at
	addrs.Domain = p.on.Domain()
	client, err := connect(t.Context(), p.on.Link, addrs, fast)
	require.NoError(t, err)
	p.Chain = client
	return p
}

// newOurs makes a party of the contracts that the test network has anyway.
func newOurs(t testing.TB, on *hyperlanetest.Chain) *party {
	t.Helper()
	p := &party{Chain: on.Chain, on: on, modules: ourModules(on), recipients: map[ism.ModuleType]common.Address{}}
	speak := func(at common.Address) *deployed {
		return &deployed{ABI: contractstest.TestRecipientArtifact.ABI(), t: t, at: at, node: on.Link, opts: on.Transactor(0)}
	}
	for kind, module := range p.modules {
		p.recipients[kind] = create(t, on, contractstest.TestRecipientInitCode())
		speak(p.recipients[kind]).send("setInterchainSecurityModule", module)
	}
	p.last = func(at common.Address) ([32]byte, []byte) {
		return speak(at).ask("lastSender")[0].([32]byte), speak(at).ask("lastBody")[0].([]byte)
	}
	return p
}

// recipient is the one behind a kind of module.
func (p *party) recipient(kind ism.ModuleType) message.Address {
	return message.FromEVM(p.recipients[kind])
}

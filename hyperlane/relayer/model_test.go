package relayer

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math/big"
	"slices"
	"sync"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// model is a chain reduced to what the relayer sees of one: blocks with dispatches, leaves and transactions of one
// account, a pool of transactions, and ways to misbehave. It is source, target and the node of the account at once.
type model struct {
	evm.Backend // what is not scripted panics

	mu       sync.Mutex
	domain   message.Domain
	finality uint64
	blocks   []modelBlock // blocks[0] is the genesis
	forks    uint64       // makes hashes of replaced blocks differ
	highest  uint64       // number of the highest block there ever was

	nextOut   []dispatched // dispatched in the block to come
	nextLeaf  []message.ID
	pool      map[common.Hash]*types.Transaction
	foreign   []message.ID // processed by somebody else in the block to come
	module    ism.ModuleType
	validator []common.Address
	threshold uint8
	locations map[common.Address][]string
	noCode    map[common.Address]bool
	reverts   map[message.ID]error

	fail   map[string]int // calls of a method that fail from now on; -1 all of them
	calls  map[string]int
	stall  map[string]chan struct{} // calls of a method wait until closed
	watch  map[string]func()        // called when a method is
	lies   lies
	refuse func(tx *types.Transaction) error // what the node says against a transaction, nil: takes all
	floor  int64                             // transactions that pay less are not included
	onSend func(name string)                 // called before and after a transaction arrives
}

// lies are false answers.
type lies struct {
	noDispatch  bool // the last dispatch of a range is missing
	noInsertion bool // the last insertion of a range is missing
	noLogs      bool // all logs are missing
	noFirst     bool // the first dispatch and insertion of a range are missing
	wrongRoot   bool
	staleHead   uint64 // so many blocks too low
	nullReceipt bool
	oldState    uint64 // blocks older than so many have no state; 0 all have
	noProcessed bool   // processedAt is 0
	farFuture   bool   // everything is delivered, in a block that there is not
	pending     uint64 // the pool claims so many nonces too many
}

type modelBlock struct {
	header    *types.Header
	hash      common.Hash // of the header
	out       []dispatched
	leaves    []inserted
	txs       []*types.Transaction
	nonce     uint32      // after this block
	tree      merkle.Tree // after this block
	account   uint64      // after this block
	processed map[message.ID]uint64
	receipts  map[common.Hash]*types.Receipt
}

func newModel(domain message.Domain, finality uint64) *model {
	m := &model{domain: domain, finality: finality, pool: map[common.Hash]*types.Transaction{}, module: ism.TypeNull,
		locations: map[common.Address][]string{}, noCode: map[common.Address]bool{}, reverts: map[message.ID]error{},
		fail: map[string]int{}, calls: map[string]int{}, stall: map[string]chan struct{}{}}
	genesis := m.header(0)
	m.blocks = []modelBlock{{header: genesis, hash: genesis.Hash(), processed: map[message.ID]uint64{}, receipts: map[common.Hash]*types.Receipt{}}}
	return m
}

func (m *model) header(number uint64) *types.Header {
	extra := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(m.domain)), m.forks)
	return &types.Header{Number: new(big.Int).SetUint64(number), Extra: extra, Difficulty: new(big.Int)}
}

func (m *model) tip() *modelBlock { return &m.blocks[len(m.blocks)-1] }

// dispatch puts a message into the block to come, and into the tree unless told not to.
func (m *model) dispatch(to message.Domain, recipient message.Address, body string, inTree bool) message.Message {
	m.mu.Lock()
	defer m.mu.Unlock()
	msg := message.Message{Version: message.Version, Nonce: m.tip().nonce + uint32(len(m.nextOut)), Origin: m.domain,
		Sender: message.Address{31: 1}, Destination: to, Recipient: recipient, Body: []byte(body)}
	m.nextOut = append(m.nextOut, dispatched{msg: msg, txHash: crypto.Keccak256Hash([]byte(body))})
	if inTree {
		m.nextLeaf = append(m.nextLeaf, msg.ID())
	}
	return msg
}

// mine adds blocks; the first takes everything that waits.
func (m *model) mine(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for range n {
		m.mineOne()
	}
}

func (m *model) mineOne() {
	last := m.tip()
	number := uint64(len(m.blocks))
	header := m.header(number)
	b := modelBlock{header: header, hash: header.Hash(), out: m.nextOut, nonce: last.nonce + uint32(len(m.nextOut)), tree: last.tree,
		account: last.account, processed: map[message.ID]uint64{}, receipts: map[common.Hash]*types.Receipt{}}
	for i := range b.out {
		b.out[i].block = number
	}
	for _, id := range m.nextLeaf {
		b.leaves = append(b.leaves, inserted{id: id, index: b.tree.Count(), block: number})
		if err := b.tree.Insert(merkle.Hash(id)); err != nil {
			panic(err)
		}
	}
	m.nextOut, m.nextLeaf = nil, nil
	for _, id := range m.foreign {
		if _, done := m.processedAt(id, number-1); !done {
			b.processed[id] = number
		}
	}
	m.foreign = nil
	for tx := m.next(b.account); tx != nil; tx = m.next(b.account) {
		b.account++
		delete(m.pool, tx.Hash())
		b.txs = append(b.txs, tx)
		status := types.ReceiptStatusSuccessful
		if len(tx.Data()) > 0 {
			msg := deliveredBy(tx)
			_, before := m.processedAt(msg.ID(), number-1)
			if _, now := b.processed[msg.ID()]; before || now || m.reverts[msg.ID()] != nil {
				status = types.ReceiptStatusFailed
			} else {
				b.processed[msg.ID()] = number
			}
		}
		b.receipts[tx.Hash()] = &types.Receipt{TxHash: tx.Hash(), Status: status, GasUsed: 50_000, BlockNumber: new(big.Int).SetUint64(number), BlockHash: b.hash}
	}
	m.blocks = append(m.blocks, b)
	m.highest = max(m.highest, number)
}

// next returns the transaction of a nonce that pays most.
func (m *model) next(nonce uint64) *types.Transaction {
	var best *types.Transaction
	for _, tx := range m.pool {
		if tx.Nonce() == nonce && tx.GasPrice().Int64() >= m.floor && (best == nil || tx.GasPrice().Cmp(best.GasPrice()) > 0) {
			best = tx
		}
	}
	return best
}

// deliveredBy decodes process(bytes,bytes).
func deliveredBy(tx *types.Transaction) *message.Message {
	args, err := contracts.MailboxArtifact.ABI().Methods["process"].Inputs.Unpack(tx.Data()[4:])
	if err != nil {
		panic(err)
	}
	var msg message.Message
	if err := msg.UnmarshalBinary(args[1].([]byte)); err != nil {
		panic(err)
	}
	return &msg
}

// reorg takes back the newest blocks. Their transactions return to the pool, their dispatches to the block to come, with
// the nonces that are theirs then.
func (m *model) reorg(depth int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	depth = min(depth, len(m.blocks)-1)
	gone := slices.Clone(m.blocks[len(m.blocks)-depth:])
	m.blocks = m.blocks[:len(m.blocks)-depth]
	m.forks++
	waiting := m.nextOut
	inTree := map[message.ID]bool{}
	for _, id := range m.nextLeaf {
		inTree[id] = true
	}
	m.nextOut, m.nextLeaf = nil, nil
	var out []dispatched
	for _, b := range gone {
		out = append(out, b.out...)
		for _, l := range b.leaves {
			inTree[l.id] = true
		}
		for _, tx := range b.txs {
			m.pool[tx.Hash()] = tx
		}
	}
	for _, d := range append(out, waiting...) {
		was := d.msg.ID()
		d.msg.Nonce = m.tip().nonce + uint32(len(m.nextOut))
		m.nextOut = append(m.nextOut, d)
		if inTree[was] {
			m.nextLeaf = append(m.nextLeaf, d.msg.ID())
		}
	}
}

// shallow returns how many blocks can be taken back without touching one that has ever been final.
func (m *model) shallow() int {
	return int(uint64(len(m.blocks)-1) + min(m.finality, m.highest) - m.highest)
}

// dropPool loses every transaction that is not included.
func (m *model) dropPool() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.pool)
}

// steal uses the account's next nonce for something else.
func (m *model) steal() {
	m.mu.Lock()
	defer m.mu.Unlock()
	tx := types.NewTx(&types.LegacyTx{Nonce: m.tip().account, GasPrice: big.NewInt(1 << 40), Gas: 21_000, To: &common.Address{}})
	m.pool[tx.Hash()] = tx
}

func (m *model) processedAt(id message.ID, upTo uint64) (uint64, bool) {
	for i := int(min(upTo, uint64(len(m.blocks)-1))); i >= 0; i-- {
		if n, ok := m.blocks[i].processed[id]; ok {
			return n, true
		}
	}
	return 0, false
}

// included counts the transactions of the chain that try to deliver a message.
func (m *model) included(id message.ID) int {
	n := 0
	for _, b := range m.blocks {
		for _, tx := range b.txs {
			if len(tx.Data()) > 0 && deliveredBy(tx).ID() == id {
				n++
			}
		}
	}
	return n
}

// messages returns the messages dispatched on the chain as it is.
func (m *model) messages() []message.Message {
	var all []message.Message
	for _, b := range m.blocks {
		for _, d := range b.out {
			all = append(all, d.msg)
		}
	}
	return all
}

var errModel = fmt.Errorf("%w: model fails as told", evm.ErrRPC)

// unstalled is the key of contexts that pass stalls by.
type unstalled struct{}

// call counts a call, and fails or stalls where told to.
func (m *model) call(ctx context.Context, method string) error {
	m.mu.Lock()
	wait := m.stall[method]
	m.calls[method]++
	n := m.fail[method]
	if n > 0 {
		m.fail[method]--
	}
	watch := m.watch[method]
	m.mu.Unlock()
	if watch != nil {
		watch()
	}
	if wait != nil && ctx.Value(unstalled{}) == nil {
		select {
		case <-wait:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if n != 0 {
		return errModel
	}
	return ctx.Err()
}

func (m *model) Head(ctx context.Context) (evm.Head, error) {
	if err := m.call(ctx, "Head"); err != nil {
		return evm.Head{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	n := uint64(len(m.blocks) - 1)
	n -= min(n, m.finality)
	n -= min(n, m.lies.staleHead)
	return evm.Head{Number: n, Hash: m.blocks[n].hash}, nil
}

func (m *model) Height(ctx context.Context) (uint64, error) {
	if err := m.call(ctx, "Height"); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return uint64(len(m.blocks) - 1), nil
}

func (m *model) HashAt(ctx context.Context, number uint64) (common.Hash, error) {
	if err := m.call(ctx, "HashAt"); err != nil {
		return common.Hash{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if number+m.lies.staleHead >= uint64(len(m.blocks)) {
		return common.Hash{}, ethereum.NotFound
	}
	return m.blocks[number].hash, nil
}

func (m *model) Dispatches(ctx context.Context, from, to uint64) iter.Seq2[dispatched, error] {
	return func(yield func(dispatched, error) bool) {
		if err := m.call(ctx, "Dispatches"); err != nil {
			yield(dispatched{}, err)
			return
		}
		m.mu.Lock()
		var all []dispatched
		for n := from; n <= min(to, uint64(len(m.blocks)-1)); n++ {
			all = append(all, m.blocks[n].out...)
		}
		if m.lies.noLogs {
			all = nil
		}
		if m.lies.noFirst && len(all) > 0 {
			all = all[1:]
		}
		if m.lies.noDispatch && len(all) > 0 {
			all = all[:len(all)-1]
		}
		m.mu.Unlock()
		for _, d := range all {
			if !yield(d, nil) {
				return
			}
		}
	}
}

func (m *model) Insertions(ctx context.Context, from, to uint64) iter.Seq2[inserted, error] {
	return func(yield func(inserted, error) bool) {
		if err := m.call(ctx, "Insertions"); err != nil {
			yield(inserted{}, err)
			return
		}
		m.mu.Lock()
		var all []inserted
		for n := from; n <= min(to, uint64(len(m.blocks)-1)); n++ {
			all = append(all, m.blocks[n].leaves...)
		}
		if m.lies.noLogs {
			all = nil
		}
		if m.lies.noFirst && len(all) > 0 {
			all = all[1:]
		}
		if m.lies.noInsertion && len(all) > 0 {
			all = all[:len(all)-1]
		}
		m.mu.Unlock()
		for _, l := range all {
			if !yield(l, nil) {
				return
			}
		}
	}
}

func (m *model) State(ctx context.Context, at evm.Head) (sourceState, error) {
	if err := m.call(ctx, "State"); err != nil {
		return sourceState{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	tip := uint64(len(m.blocks) - 1)
	if at.Number > tip || m.blocks[at.Number].hash != at.Hash || (m.lies.oldState != 0 && at.Number+m.lies.oldState < tip) {
		return sourceState{}, fmt.Errorf("%w: no state", errModel)
	}
	s := sourceState{nonce: m.blocks[at.Number].nonce, tree: m.blocks[at.Number].tree}
	if m.lies.wrongRoot && s.tree.Count() > 0 {
		branch := s.tree.Branch()
		for i := range branch {
			branch[i][0] ^= 1
		}
		s.tree = merkle.NewTree(branch, s.tree.Count())
	}
	return s, nil
}

func (m *model) Locations(ctx context.Context, v common.Address) ([]string, error) {
	if err := m.call(ctx, "Locations"); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.locations[v]), nil
}

func (m *model) Module(ctx context.Context, address common.Address, _ *message.Message) (ism.Module, error) {
	if err := m.call(ctx, "Module"); err != nil {
		return nil, err
	}
	switch m.module {
	case ism.TypeNull:
		return ism.Null{Address: address}, nil
	case ism.TypeMessageIDMultisig:
		return ism.MessageIDMultisig{Address: address, Validators: m.validator, Threshold: m.threshold}, nil
	case ism.TypeMerkleRootMultisig:
		return ism.MerkleRootMultisig{Address: address, Validators: m.validator, Threshold: m.threshold}, nil
	default:
		return ism.Unknown{Address: address, ModuleType: m.module}, nil
	}
}

func (m *model) Delivered(ctx context.Context, id message.ID, at *evm.Head) (bool, error) {
	if err := m.call(ctx, "Delivered"); err != nil {
		return false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	upTo := uint64(len(m.blocks) - 1)
	if at != nil {
		upTo = at.Number
	}
	_, done := m.processedAt(id, upTo)
	return done || m.lies.farFuture, nil
}

func (m *model) ProcessedAt(ctx context.Context, id message.ID) (uint64, bool, error) {
	if err := m.call(ctx, "ProcessedAt"); err != nil {
		return 0, false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.lies.farFuture {
		return 1 << 40, true, nil
	}
	if m.lies.noProcessed {
		return 0, false, nil
	}
	n, ok := m.processedAt(id, uint64(len(m.blocks)-1))
	return n, ok, nil
}

func (m *model) HasCode(ctx context.Context, a common.Address) (bool, error) {
	return !m.noCode[a], m.call(ctx, "HasCode")
}

func (m *model) RecipientISM(ctx context.Context, _ common.Address) (common.Address, error) {
	return common.Address{19: 9}, m.call(ctx, "RecipientISM")
}

func (m *model) Estimate(ctx context.Context, _ []byte, msg *message.Message) (uint64, error) {
	if err := m.call(ctx, "Estimate"); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, done := m.processedAt(msg.ID(), uint64(len(m.blocks)-1)); done {
		return 0, hyperlane.ErrAlreadyDelivered
	}
	return 100_000, m.reverts[msg.ID()]
}

func (m *model) ProcessCall(metadata []byte, msg *message.Message) (evm.Call, error) {
	raw, err := msg.MarshalBinary()
	return evm.NewCall("process", common.Address{19: 7}, contracts.Mailbox{}.PackProcess(metadata, raw)), err
}

// What follows is the node of the account, as evm.Client and the sender over it see one.

// accountKey is the key of the account on every model.
var accountKey, _ = crypto.HexToECDSA("45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8")

func (m *model) ChainID(context.Context) (*big.Int, error) { return big.NewInt(int64(m.domain)), nil }

func (m *model) HeaderByNumber(ctx context.Context, number *big.Int) (*types.Header, error) {
	if err := m.call(ctx, "Header"); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if number == nil {
		return m.tip().header, nil
	}
	if number.Uint64() >= uint64(len(m.blocks)) {
		return nil, ethereum.NotFound
	}
	return m.blocks[number.Uint64()].header, nil
}

func (m *model) SuggestGasPrice(ctx context.Context) (*big.Int, error) {
	return big.NewInt(1000), m.call(ctx, "Price")
}

func (m *model) EstimateGas(ctx context.Context, _ ethereum.CallMsg) (uint64, error) {
	return 21_000, m.call(ctx, "EstimateGas")
}

func (m *model) BalanceAt(ctx context.Context, _ common.Address, _ *big.Int) (*big.Int, error) {
	return big.NewInt(1e18), m.call(ctx, "Balance")
}

// saidNo is an answer of a node that refuses.
type saidNo struct{ error }

func (saidNo) ErrorCode() int  { return -32000 }
func (e saidNo) Unwrap() error { return e.error }

func (m *model) SendTransaction(ctx context.Context, tx *types.Transaction) error {
	if m.onSend != nil {
		m.onSend("send: before")
		defer m.onSend("send: after")
	}
	if err := m.call(ctx, "Send"); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.refuse != nil {
		if err := m.refuse(tx); err != nil {
			return saidNo{err}
		}
	}
	if tx.Nonce() < m.tip().account {
		return errors.New("nonce too low")
	}
	m.pool[tx.Hash()] = tx
	return nil
}

func (m *model) TransactionByHash(ctx context.Context, hash common.Hash) (*types.Transaction, bool, error) {
	if err := m.call(ctx, "Transaction"); err != nil {
		return nil, false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if tx := m.pool[hash]; tx != nil {
		return tx, true, nil
	}
	for _, b := range m.blocks {
		for _, tx := range b.txs {
			if tx.Hash() == hash {
				return tx, false, nil
			}
		}
	}
	return nil, false, ethereum.NotFound
}

func (m *model) TransactionReceipt(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	if err := m.call(ctx, "Receipt"); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.lies.nullReceipt {
		return nil, nil
	}
	for _, b := range m.blocks {
		if r := b.receipts[hash]; r != nil {
			return r, nil
		}
	}
	return nil, nil
}

func (m *model) NonceAt(ctx context.Context, _ common.Address, number *big.Int) (uint64, error) {
	if err := m.call(ctx, "NonceAt"); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if number == nil {
		return m.tip().account, nil
	}
	return m.blocks[min(number.Uint64(), uint64(len(m.blocks)-1))].account, nil
}

func (m *model) PendingNonceAt(ctx context.Context, _ common.Address) (uint64, error) {
	if err := m.call(ctx, "PendingNonce"); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	pooled := map[uint64]bool{}
	for _, tx := range m.pool {
		pooled[tx.Nonce()] = true
	}
	n := m.tip().account
	for pooled[n] {
		n++
	}
	return n + m.lies.pending, nil
}

// empties counts the transactions of the pool and the chain that do nothing.
func (m *model) empties() (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, tx := range m.pool {
		if len(tx.Data()) == 0 {
			n++
		}
	}
	for _, b := range m.blocks {
		for _, tx := range b.txs {
			if len(tx.Data()) == 0 {
				n++
			}
		}
	}
	return n
}

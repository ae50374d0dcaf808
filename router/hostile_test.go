package router_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/router"
)

// kind is how an answer is wrong: the node reports success, and gives nothing, nothing useful, or
// nonsense.
type kind int

const (
	honest kind = iota
	null
	empty
	absurd
)

func (k kind) String() string { return []string{"honest", "nil", "empty", "absurd"}[k] }

// hostile is a node that answers one kind of request wrongly, and the others as they are.
type hostile struct {
	*hyperlanetest.Link
	request string
	kind    kind
	asked   map[string]int // wrong answers given
}

// answer gives a wrong answer to the chosen request.
func answer[T any](h *hostile, request string, truth func() (T, error), wrong map[kind]T) (T, error) {
	if h.request != request || h.kind == honest {
		return truth()
	}
	h.asked[request]++
	return wrong[h.kind], nil // the zero value where there is none
}

var minusOne = big.NewInt(-1)

func amounts() map[kind]*big.Int {
	return map[kind]*big.Int{empty: minusOne, absurd: new(big.Int).Lsh(big.NewInt(1), 300)}
}

func data() map[kind][]byte {
	return map[kind][]byte{empty: {}, absurd: bytes.Repeat([]byte{0xff}, 1<<16)}
}

func counts() map[kind]uint64 { return map[kind]uint64{absurd: math.MaxUint64} }

func (h *hostile) HeaderByNumber(ctx context.Context, number *big.Int) (*types.Header, error) {
	return answer(h, "HeaderByNumber", func() (*types.Header, error) { return h.Link.HeaderByNumber(ctx, number) }, map[kind]*types.Header{
		empty: {}, absurd: {Number: minusOne, BaseFee: minusOne, Difficulty: minusOne},
	})
}

func (h *hostile) CallContract(ctx context.Context, m ethereum.CallMsg, block *big.Int) ([]byte, error) {
	return answer(h, "CallContract", func() ([]byte, error) { return h.Link.CallContract(ctx, m, block) }, data())
}

func (h *hostile) CallContractAtHash(ctx context.Context, m ethereum.CallMsg, block common.Hash) ([]byte, error) {
	return answer(h, "CallContractAtHash", func() ([]byte, error) { return h.Link.CallContractAtHash(ctx, m, block) }, data())
}

func (h *hostile) CodeAt(ctx context.Context, a common.Address, block *big.Int) ([]byte, error) {
	return answer(h, "CodeAt", func() ([]byte, error) { return h.Link.CodeAt(ctx, a, block) }, data())
}

func (h *hostile) BalanceAt(ctx context.Context, a common.Address, block *big.Int) (*big.Int, error) {
	return answer(h, "BalanceAt", func() (*big.Int, error) { return h.Link.BalanceAt(ctx, a, block) }, amounts())
}

func (h *hostile) SuggestGasTipCap(ctx context.Context) (*big.Int, error) {
	return answer(h, "SuggestGasTipCap", func() (*big.Int, error) { return h.Link.SuggestGasTipCap(ctx) }, amounts())
}

func (h *hostile) PendingNonceAt(ctx context.Context, a common.Address) (uint64, error) {
	return answer(h, "PendingNonceAt", func() (uint64, error) { return h.Link.PendingNonceAt(ctx, a) }, counts())
}

func (h *hostile) EstimateGas(ctx context.Context, m ethereum.CallMsg) (uint64, error) {
	return answer(h, "EstimateGas", func() (uint64, error) { return h.Link.EstimateGas(ctx, m) }, counts())
}

// SendTransaction says that it took the transaction and forgets it.
func (h *hostile) SendTransaction(ctx context.Context, tx *types.Transaction) error {
	_, err := answer(h, "SendTransaction", func() (struct{}, error) { return struct{}{}, h.Link.SendTransaction(ctx, tx) }, nil)
	return err
}

func (h *hostile) TransactionReceipt(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	return answer(h, "TransactionReceipt", func() (*types.Receipt, error) { return h.Link.TransactionReceipt(ctx, hash) }, map[kind]*types.Receipt{
		empty:  {},
		absurd: {TxHash: hash, BlockNumber: minusOne, BlockHash: common.Hash{1}, Status: 7, Logs: []*types.Log{nil}},
	})
}

func (h *hostile) TransactionByHash(ctx context.Context, hash common.Hash) (*types.Transaction, bool, error) {
	tx, err := answer(h, "TransactionByHash", func() (*types.Transaction, error) {
		tx, _, err := h.Link.TransactionByHash(ctx, hash)
		return tx, err
	}, map[kind]*types.Transaction{empty: types.NewTx(&types.LegacyTx{}), absurd: types.NewTx(&types.LegacyTx{Nonce: math.MaxUint64})})
	return tx, false, err
}

var requests = []string{
	"HeaderByNumber", "CallContract", "CallContractAtHash", "CodeAt", "BalanceAt", "SuggestGasTipCap", "PendingNonceAt",
	"EstimateGas", "SendTransaction", "TransactionReceipt", "TransactionByHash",
}

// witness is a router whose node can be made hostile.
type witness struct {
	*fixture
	node  *hostile
	hello *router.HelloWorld
	mesh  *router.Mesh
}

func newWitness(t *testing.T) *witness {
	f := start(t, 2)
	f.enroll(t)
	w := &witness{fixture: f, node: &hostile{Link: f.Chains[0].Link, asked: map[string]int{}}}
	client, err := evm.New(t.Context(), w.node, evm.WithSleep(w.impatient()))
	require.NoError(t, err)
	w.hello, err = router.NewHelloWorld(client, f.routers[0].Address())
	require.NoError(t, err)
	w.mesh, err = router.NewMesh(t.Context(), w.hello.Router, f.routers[1].Router)
	require.NoError(t, err)
	return w
}

var errWaited = errors.New("waited long enough")

// impatient returns pauses that take no time, and end the waiting at each third.
func (w *witness) impatient() func(context.Context, time.Duration) error {
	pauses := 0
	return func(context.Context, time.Duration) error {
		if pauses++; pauses%3 == 0 {
			return errWaited
		}
		return nil
	}
}

// verbs is every exported method and function of the package that asks a node.
func (w *witness) verbs() map[string]func(ctx context.Context) (any, error) {
	here, there := w.Chains[0], w.Chains[1].Domain()
	owner := here.Owner()
	return map[string]func(ctx context.Context) (any, error){
		"Router.Domain":  func(ctx context.Context) (any, error) { return w.hello.Domain(ctx) },
		"Router.Domains": func(ctx context.Context) (any, error) { return w.hello.Domains(ctx) },
		"Router.Remote":  func(ctx context.Context) (any, error) { return w.hello.Remote(ctx, there) },
		"Router.Mailbox": func(ctx context.Context) (any, error) { return w.hello.Mailbox(ctx) },
		"Router.ISM":     func(ctx context.Context) (any, error) { return w.hello.ISM(ctx) },
		"Router.Enroll":  func(ctx context.Context) (any, error) { return w.hello.Enroll(ctx, owner, 77, w.address(0)) },
		"Router.Unenroll": func(ctx context.Context) (any, error) {
			return w.hello.Unenroll(ctx, owner, 77)
		},
		"Router.SetISM":       func(ctx context.Context) (any, error) { return w.hello.SetISM(ctx, owner, common.Address{}) },
		"HelloWorld.Quote":    func(ctx context.Context) (any, error) { return w.hello.Quote(ctx, owner.From, there, "hello") },
		"HelloWorld.Received": func(ctx context.Context) (any, error) { return w.hello.Received(ctx, there) },
		"HelloWorld.Send":     func(ctx context.Context) (any, error) { return w.hello.Send(ctx, owner, there, "hello") },
		"Mesh.Diff":           func(ctx context.Context) (any, error) { return w.mesh.Diff(ctx) },
		"Mesh.Apply": func(ctx context.Context) (any, error) {
			diff := []router.Difference{{Router: w.hello.Address(), On: here.Domain(), Domain: 77, Have: w.address(0)}}
			return w.mesh.Apply(ctx, diff, w.owner)
		},
		"NewMesh": func(ctx context.Context) (any, error) { return router.NewMesh(ctx, w.hello.Router) },
		"DeployHelloWorld": func(ctx context.Context) (any, error) {
			client, err := evm.New(ctx, w.node, evm.WithSleep(w.impatient()))
			if err != nil {
				return nil, err
			}
			return router.DeployHelloWorld(ctx, client, owner, here.Contracts.Mailbox, owner.From)
		},
	}
}

// reset restores what the verbs start from: domain 77 is enrolled.
func (w *witness) reset(t *testing.T) {
	t.Helper()
	w.node.kind = honest
	if _, err := w.routers[0].Remote(t.Context(), 77); err != nil {
		_, err := w.routers[0].Enroll(t.Context(), w.Chains[0].Owner(), 77, w.address(0))
		require.NoError(t, err)
	}
}

// A node may answer any request of any verb with nil, nothing or nonsense: the verb fails with an
// error that has a class, or gives the true answer. It never panics.
func TestHostileAnswers(t *testing.T) {
	w := newWitness(t)
	refused := map[string]int{}
	for name, verb := range w.verbs() {
		w.reset(t)
		truth, err := verb(t.Context())
		require.NoError(t, err, name)
		for _, request := range requests {
			for _, kind := range []kind{null, empty, absurd} {
				t.Run(fmt.Sprint(name, "/", request, "/", kind), func(t *testing.T) {
					w.reset(t)
					before := w.node.asked[request]
					w.node.request, w.node.kind = request, kind
					have, err := verb(t.Context())
					if err != nil {
						assert.True(t, classed(err), "no class: %v", err)
						refused[request]++
						return
					}
					switch have := have.(type) {
					case *types.Receipt:
						assert.Equal(t, types.ReceiptStatusSuccessful, have.Status)
					case []router.Sent:
						for _, sent := range have {
							assert.NoError(t, sent.Err)
						}
					case *router.HelloWorld, *router.Mesh:
					default:
						if w.node.asked[request] == before {
							assert.Equal(t, truth, have)
						}
					}
				})
			}
		}
	}
	explains := []string{"BalanceAt", "TransactionByHash"} // asked only after another failure
	for _, request := range requests {
		if !slices.Contains(explains, request) {
			assert.NotZero(t, refused[request], "no verb notices a wrong answer to %s", request)
		}
	}
}

// classed reports whether an error has one of the classes that a caller acts on.
func classed(err error) bool {
	return slices.ContainsFunc([]error{
		evm.ErrRPC, evm.ErrNoCode, evm.ErrNotMined, evm.ErrFunds, evm.ErrReverted, router.ErrOutdated,
	}, func(class error) bool { return errors.Is(err, class) })
}

// An answer that decodes to what no router can say is refused.
func TestAnswersOutsideTheABI(t *testing.T) {
	w := newWitness(t)
	word := func(b ...byte) []byte { return append(make([]byte, 32-len(b)), b...) }
	list := func(domains ...byte) []byte {
		out := slices.Concat(word(0x20), word(byte(len(domains))))
		for _, d := range domains {
			out = append(out, word(d)...)
		}
		return out
	}
	many := slices.Concat(word(0x20), word(0x27, 0x11), make([]byte, 10_001*32))
	rows := map[string]struct {
		answer []byte
		read   string
		fails  bool
	}{
		"no domain":              {list(), "Router.Domains", false},
		"two domains":            {list(5, 4), "Router.Domains", false},
		"a domain twice":         {list(5, 4, 5), "Router.Domains", true},
		"10,001 domains":         {many, "Router.Domains", true},
		"a list without an end":  {slices.Concat(word(0x20), word(0xff, 0xff, 0xff, 0xff)), "Router.Domains", true},
		"a domain of 33 bits":    {word(1, 0, 0, 0, 0), "Router.Domain", true},
		"an address":             {word(1), "Router.Mailbox", false},
		"an address of 21 bytes": {slices.Concat(make([]byte, 11), bytes.Repeat([]byte{1}, 21)), "Router.Mailbox", true},
		"a module of 21 bytes":   {slices.Concat(make([]byte, 11), bytes.Repeat([]byte{1}, 21)), "Router.ISM", true},
		"no router":              {word(), "Router.Remote", true},
		"half a word":            {make([]byte, 16), "Router.Remote", true},
		"the largest amount":     {bytes.Repeat([]byte{0xff}, 32), "HelloWorld.Received", false},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			client, err := evm.New(t.Context(), scripted{w.node, row.answer})
			require.NoError(t, err)
			hello, err := router.NewHelloWorld(client, w.hello.Address())
			require.NoError(t, err)
			read := (&witness{fixture: w.fixture, hello: hello}).verbs()[row.read]
			_, err = read(t.Context())
			assert.Equal(t, row.fails, err != nil, "%v", err)
			if err != nil && row.read != "Router.Remote" {
				require.ErrorIs(t, err, evm.ErrAnswer)
			}
		})
	}
}

// scripted answers every call of a contract with the same bytes.
type scripted struct {
	*hostile
	out []byte
}

func (s scripted) CallContract(context.Context, ethereum.CallMsg, *big.Int) ([]byte, error) {
	return s.out, nil
}

// A cancelled context is never the node's fault.
func TestCancelledContext(t *testing.T) {
	w := newWitness(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, verb := range w.verbs() {
		_, err := verb(ctx)
		require.ErrorIs(t, err, context.Canceled, name)
		require.NotErrorIs(t, err, evm.ErrRPC, name)
	}
}

// The tables above hold every exported method: those that ask a node, and those that do not.
func TestTablesAreComplete(t *testing.T) {
	asking := (&witness{fixture: start(t, 2), hello: &router.HelloWorld{Router: new(router.Router)}}).verbs()
	quiet := []string{"Address", "At", "Plan", "Greetings"}
	for _, of := range []reflect.Type{reflect.TypeFor[*router.Router](), reflect.TypeFor[*router.HelloWorld](), reflect.TypeFor[*router.Mesh]()} {
		for i := range of.NumMethod() {
			name := of.Method(i).Name
			_, asks := asking[of.Elem().Name()+"."+name]
			_, inherited := reflect.TypeFor[*router.Router]().MethodByName(name)
			pure := slices.Contains(quiet, name) || bytes.HasSuffix([]byte(name), []byte("Call")) || bytes.HasSuffix([]byte(name), []byte("Query"))
			assert.True(t, asks || pure || inherited && of != reflect.TypeFor[*router.Router](), "%s.%s is in no table", of, name)
		}
	}
}

// Options are a caller's own: no verb changes them.
func TestOptionsAreReadOnly(t *testing.T) {
	w := newWitness(t)
	w.reset(t)
	opts := w.Chains[0].Owner()
	before := *opts
	before.Signer = nil
	for _, send := range []func() error{
		func() error { _, err := w.hello.Send(t.Context(), opts, w.Chains[1].Domain(), "x"); return err },
		func() error { _, err := w.hello.Unenroll(t.Context(), opts, 77); return err },
		func() error {
			return deployErr(router.DeployHelloWorld(t.Context(), w.Chains[0].Client, opts, w.Chains[0].Contracts.Mailbox, common.Address{}))
		},
	} {
		require.NoError(t, send())
		after := *opts
		after.Signer = nil
		assert.Equal(t, before, after)
	}
}

package sender

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// disk is a store that encodes what it keeps, and can kill the process at any write.
type disk struct {
	records map[uint64][]byte
	lost    map[uint64][]byte // deletes that a crash takes back
	pass    func(name string)
	fail    error
}

func newDisk() *disk {
	return &disk{records: map[uint64][]byte{}, lost: map[uint64][]byte{}, pass: func(string) {}}
}

func (d *disk) Load(context.Context) ([]Record, error) {
	var out []Record
	for _, data := range d.records {
		var r Record
		if err := json.Unmarshal(data, &r); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func (d *disk) Put(_ context.Context, r Record) error {
	data, err := json.Marshal(r)
	if err = errors.Join(err, d.fail); err != nil {
		return err
	}
	d.pass("put: before")
	d.records[r.Nonce] = data
	clear(d.lost)
	d.pass("put: after")
	return nil
}

func (d *disk) Delete(_ context.Context, nonce uint64) error {
	d.pass("delete: before")
	d.lost[nonce] = d.records[nonce]
	delete(d.records, nonce)
	d.pass("delete: after")
	return nil
}

// crash takes back what need not survive one.
func (d *disk) crash() {
	for nonce, data := range d.lost {
		if data != nil {
			d.records[nonce] = data
		}
	}
	clear(d.lost)
}

// world is a node and a sender that can be killed.
type world struct {
	t     require.TestingT
	n     *node
	disk  *disk
	cfg   Config
	opts  *bind.TransactOpts
	now   time.Time
	s     *Sender
	steps []string
	kill  int // how many writes to pass before dying; negative never
}

const lag = 2 // blocks to finality

var errKilled = errors.New("killed")

func newWorld(t require.TestingT, change ...func(*world)) *world {
	w := &world{t: t, n: newNode(), disk: newDisk(), now: time.Unix(1_700_000_000, 0), kill: -1}
	w.opts = w.n.opts()
	w.cfg = Config{Finality: evm.Finality{Blocks: lag}, Now: func() time.Time { return w.now }}
	w.n.sent, w.disk.pass = w.pass, w.pass
	for _, f := range change {
		f(w)
	}
	w.open()
	return w
}

func (w *world) open() {
	client, err := evm.New(context.Background(), w.n)
	require.NoError(w.t, err)
	w.cfg.Store = w.disk
	w.s, err = New(context.Background(), client, w.opts, w.cfg)
	require.NoError(w.t, err)
}

func (w *world) pass(name string) {
	w.steps = append(w.steps, name)
	if w.kill == 0 {
		w.kill = -1
		panic(errKilled)
	}
	if w.kill > 0 {
		w.kill--
	}
}

// live runs work; where the process dies in it, it starts again with what had been stored.
func (w *world) live(work func()) (died bool) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case errKilled:
			died = true
			w.disk.crash()
			w.open()
		default:
			panic(p)
		}
	}()
	work()
	return false
}

var contract = common.Address{19: 0x42}

func callWith(data string) evm.Call { return evm.NewCall("test", contract, []byte(data)) }

func (w *world) submit(data string) Flight {
	f, err := w.s.Submit(context.Background(), Intent{Call: callWith(data), Gas: 100_000, Keys: []Key{Key(data)}})
	require.NoError(w.t, err)
	return f
}

func (w *world) step() { require.NoError(w.t, w.s.Step(context.Background())) }

func (w *world) track(key Key) Outcome {
	o, err := w.s.Track(context.Background(), key)
	require.NoError(w.t, err)
	return o
}

// look is a step and a track.
func (w *world) look(key Key) Outcome {
	w.step()
	return w.track(key)
}

func (w *world) wait(d time.Duration) { w.now = w.now.Add(d) }

package contracts_test

import (
	"crypto/ecdsa"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// Three voices on the same metadata: the official contract, ours, and the offline verifier in Go.
// 2,000 pieces of metadata, half for each kind of multisig: valid ones, and each of the others
// broken in one named way. Traps 17, 19 and 26 to 31 are among them.
const (
	differentialSets = 25
	differentialEach = 40 // metadata a set and kind
)

// verdictCase is one message with its metadata and what is expected of it.
type verdictCase struct {
	raw      []byte // the message as bytes, because a broken one need not decode
	metadata []byte
	want     verdict
}

type verdict int

const (
	agree  verdict = iota // a random change: whatever the official contract says
	accept                // must be accepted
	reject                // must be refused
)

// proven is all that a mutation may change before the metadata is written.
type proven struct {
	rng       *rand.Rand
	message   *message.Message
	tree      message.Address
	proof     merkle.Proof // Merkle root only
	root      merkle.Hash  // message id only
	index     uint32
	signedID  message.ID
	signers   []*ecdsa.PrivateKey // in the order of the set, as many as the threshold
	set       []common.Address
	outsider  *ecdsa.PrivateKey
	kind      ism.ModuleType
	threshold int
}

// metadata signs and encodes.
func (p *proven) metadata() []byte {
	a := attestation{tree: p.tree, root: p.root, index: p.index, id: p.signedID}
	if p.kind == ism.TypeMessageIDMultisig {
		return messageIDMetadata(p.message, a, p.signers)
	}
	return merkleRootMetadata(p.message, a, p.proof, p.signers)
}

// signaturesAt is where the signatures start.
func (p *proven) signaturesAt() int {
	if p.kind == ism.TypeMessageIDMultisig {
		return ism.MessageIDSignaturesOffset
	}
	return ism.MerkleRootSignaturesOffset
}

// randomProof makes a valid case: a random set (validators may stand in it twice), threshold,
// signers and message.
func randomProof(rng *rand.Rand, kind ism.ModuleType, keys []*ecdsa.PrivateKey, set []common.Address, threshold int,
	recipient message.Address,
) *proven {
	p := &proven{
		rng: rng, kind: kind, set: set, threshold: threshold, outsider: testKey("outsider"),
		message: &message.Message{
			Version: 3, Nonce: rng.Uint32(), Origin: message.Domain(rng.Uint32()), Destination: localDomain,
			Sender: randomHash[message.Address](rng), Recipient: recipient,
			Body: randomBytes(rng, rng.IntN(100)),
		},
		tree: randomHash[message.Address](rng), root: randomHash[merkle.Hash](rng),
		index: rng.Uint32(), signedID: randomHash[message.ID](rng),
	}
	for _, i := range slices.Sorted(slices.Values(rng.Perm(len(keys))[:threshold])) {
		p.signers = append(p.signers, keys[i])
	}
	if kind == ism.TypeMerkleRootMultisig {
		size := 1 + rng.Uint32N(64)
		at := rng.Uint32N(size)
		var tree merkle.FullTree
		for i := range size {
			leaf := randomHash[merkle.Hash](rng)
			if i == at {
				leaf = merkle.Hash(p.message.ID())
			}
			must(tree.Append(leaf))
		}
		proof, err := tree.Prove(at, size)
		must(err)
		p.proof, p.index = proof, size-1
	}
	return p
}

// mutations name every way to change a valid case. Each takes a fresh valid case and returns the
// changed one.
var mutations = []struct {
	name string
	do   func(p *proven) verdictCase
}{
	{"valid", func(p *proven) verdictCase { return p.done(accept) }},
	{"valid, more signatures than needed", func(p *proven) verdictCase {
		p.signers = append(p.signers, p.signers[0], p.outsider)
		return p.done(accept)
	}},
	{"valid, junk behind", func(p *proven) verdictCase {
		c := p.done(accept)
		c.metadata = append(c.metadata, randomBytes(p.rng, 1+p.rng.IntN(64))...)
		return c
	}},
	{"no metadata", func(p *proven) verdictCase { c := p.done(reject); c.metadata = nil; return c }},
	{"cut in the fixed part", func(p *proven) verdictCase {
		c := p.done(reject)
		c.metadata = c.metadata[:p.rng.IntN(p.signaturesAt())]
		return c
	}},
	{"cut in the signatures", func(p *proven) verdictCase {
		c := p.done(reject)
		c.metadata = c.metadata[:p.signaturesAt()+p.rng.IntN(65*p.threshold)]
		return c
	}},
	{"one signature too few", func(p *proven) verdictCase { p.signers = p.signers[1:]; return p.done(reject) }},
	{"signed by an outsider", func(p *proven) verdictCase {
		p.signers[p.rng.IntN(p.threshold)] = p.outsider
		return p.done(reject)
	}},
	{"the same signer twice", func(p *proven) verdictCase {
		p.signers[p.threshold-1] = p.signers[0]
		return p.done(agree) // counts where the set lists it twice, or where the threshold is 1
	}},
	{"signatures in another order", func(p *proven) verdictCase {
		slices.Reverse(p.signers)
		return p.done(agree) // the same order where the threshold is 1
	}},
	{"v of 0 or 1", signatureChange(func(_ *rand.Rand, s []byte) { s[64] -= 27 })},
	{"v of 29 or 30", signatureChange(func(_ *rand.Rand, s []byte) { s[64] += 2 })},
	{"v of anything else", signatureChange(func(rng *rand.Rand, s []byte) { s[64] = byte(31 + rng.IntN(200)) })},
	{"v of the other parity", signatureChange(func(_ *rand.Rand, s []byte) { s[64] ^= 27 ^ 28 })},
	{"s in the upper half", signatureChange(func(_ *rand.Rand, s []byte) {
		order := crypto.S256().Params().N
		new(big.Int).Sub(order, new(big.Int).SetBytes(s[32:64])).FillBytes(s[32:64])
		s[64] ^= 27 ^ 28
	})},
	{"s of zero", signatureChange(func(_ *rand.Rand, s []byte) { clear(s[32:64]) })},
	{"s of the order", signatureChange(func(_ *rand.Rand, s []byte) { crypto.S256().Params().N.FillBytes(s[32:64]) })},
	{"r of zero", signatureChange(func(_ *rand.Rand, s []byte) { clear(s[:32]) })},
	{"r of the order", signatureChange(func(_ *rand.Rand, s []byte) { crypto.S256().Params().N.FillBytes(s[:32]) })},
	{"r off the curve", signatureChange(func(_ *rand.Rand, s []byte) { clear(s[:31]); s[31] = 5 })},
	{"all zero signature", signatureChange(func(_ *rand.Rand, s []byte) { clear(s) })},
	{"signed for another tree", afterSigning(func(p *proven, md []byte) { flip(p.rng, md[:32]) })},
	{"signed for another root or proof", afterSigning(func(p *proven, md []byte) {
		if p.kind == ism.TypeMessageIDMultisig {
			flip(p.rng, md[ism.MessageIDRootOffset:ism.MessageIDIndexOffset])
		} else {
			flip(p.rng, md[ism.MerkleRootPathOffset:ism.MerkleRootSignedIndexOffset])
		}
	})},
	{"signed for another index", afterSigning(func(p *proven, md []byte) {
		flip(p.rng, md[p.signaturesAt()-4:p.signaturesAt()])
	})},
	{"signed for another leaf", afterSigning(func(p *proven, md []byte) {
		if p.kind == ism.TypeMessageIDMultisig {
			flip(p.rng, md[:ism.MessageIDSignaturesOffset])
		} else {
			flip(p.rng, md[ism.MerkleRootSignedMessageIDOffset:ism.MerkleRootPathOffset])
		}
	})},
	{"message newer than the checkpoint", func(p *proven) verdictCase {
		if p.kind == ism.TypeMerkleRootMultisig {
			p.index = p.proof.Index - 1 // below, or around to the largest: then the checkpoint is far ahead
			if p.proof.Index > 0 {
				return p.done(reject)
			}
		}
		return p.done(accept)
	}},
	{"message at another leaf", func(p *proven) verdictCase {
		c := p.done(accept)
		if p.kind == ism.TypeMerkleRootMultisig {
			flip(p.rng, c.metadata[ism.MerkleRootMessageIndexOffset:ism.MerkleRootSignedMessageIDOffset])
			c.want = reject
		}
		return c
	}},
	{"another message", func(p *proven) verdictCase {
		c := p.done(reject)
		flip(p.rng, c.raw)
		return c
	}},
	{"message with an addition", func(p *proven) verdictCase {
		c := p.done(reject)
		c.raw = append(c.raw, 0)
		return c
	}},
	{"message cut", func(p *proven) verdictCase {
		c := p.done(reject)
		c.raw = c.raw[:p.rng.IntN(message.HeaderLength)]
		return c
	}},
	{"any byte of the metadata", func(p *proven) verdictCase {
		c := p.done(reject)
		flip(p.rng, c.metadata)
		return c
	}},
}

// done writes the case down.
func (p *proven) done(want verdict) verdictCase {
	raw, err := p.message.MarshalBinary()
	must(err)
	return verdictCase{raw: raw, metadata: p.metadata(), want: want}
}

func signatureChange(change func(*rand.Rand, []byte)) func(*proven) verdictCase {
	return func(p *proven) verdictCase {
		c := p.done(reject)
		at := p.signaturesAt() + 65*p.rng.IntN(p.threshold)
		change(p.rng, c.metadata[at:at+65])
		return c
	}
}

func afterSigning(change func(*proven, []byte)) func(*proven) verdictCase {
	return func(p *proven) verdictCase {
		c := p.done(reject)
		change(p, c.metadata)
		return c
	}
}

func TestDifferentialMultisigVerdicts(t *testing.T) {
	official, ours := newOfficial(t), newOurs(t)
	const seed = 20261122
	rng := rand.New(rand.NewPCG(seed, 1))
	t.Logf("seed %d", seed)

	total, accepted := 0, 0
	for range differentialSets {
		n := 1 + rng.IntN(12)
		threshold := 1 + rng.IntN(n)
		keys, set := validators(n)
		rng.Shuffle(n, func(i, j int) { keys[i], keys[j] = keys[j], keys[i]; set[i], set[j] = set[j], set[i] })
		if n > 1 && rng.IntN(3) == 0 { // a validator listed twice counts twice
			keys[n-1], set[n-1] = keys[0], set[0]
		}
		for _, kind := range []ism.ModuleType{ism.TypeMessageIDMultisig, ism.TypeMerkleRootMultisig} {
			theirs, _ := official.multisig(official.factory(kind), set, uint8(threshold))
			mine, _ := ours.multisig(ours.factory(kind), set, uint8(threshold))
			for range differentialEach {
				change := mutations[total%len(mutations)]
				c := change.do(randomProof(rng, kind, keys, set, threshold, randomHash[message.Address](rng)))
				total++
				want := official.verifies(theirs, c)
				assert.Equal(t, want, ours.verifies(mine, c), "ours against official: %v %s", kind, change.name)
				switch c.want {
				case accept:
					assert.True(t, want, "official: %v %s", kind, change.name)
				case reject:
					assert.False(t, want, "official: %v %s", kind, change.name)
				}
				if want {
					accepted++
				}
				m := new(message.Message)
				if m.UnmarshalBinary(c.raw) == nil {
					assert.Equal(t, want, verifier(kind, set, uint8(threshold)).Verify(c.metadata, m) == nil,
						"Go against official: %v %s", kind, change.name)
				}
			}
		}
	}
	assert.Equal(t, 2000, total)
	assert.Greater(t, accepted, total/20, "too few valid cases to prove anything")
	t.Logf("%d metadata, %d accepted", total, accepted)
}

func (s *system) factory(kind ism.ModuleType) common.Address {
	if kind == ism.TypeMessageIDMultisig {
		return s.messageIDs
	}
	return s.merkleRoots
}

// verifier is the third voice.
func verifier(kind ism.ModuleType, set []common.Address, threshold uint8) ism.Module {
	if kind == ism.TypeMessageIDMultisig {
		return ism.MessageIDMultisig{Validators: set, Threshold: threshold}
	}
	return ism.MerkleRootMultisig{Validators: set, Threshold: threshold}
}

// verifies asks a module on chain. Refusing is reverting; any other failure of the call is the
// test's.
func (s *system) verifies(module common.Address, c verdictCase) bool {
	s.t.Helper()
	out, err := s.call(module, pack("verify(bytes,bytes)", c.metadata, c.raw))
	if err != nil {
		require.ErrorContains(s.t, err, "execution reverted", "%s: verify failed otherwise than by reverting", s.name)
		return false
	}
	answer, err := arguments("bool").Unpack(out)
	require.NoError(s.t, err)
	return answer[0].(bool)
}

func randomBytes(rng *rand.Rand, n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(rng.Uint32())
	}
	return out
}

func randomHash[T ~[32]byte](rng *rand.Rand) T {
	return T(randomBytes(rng, 32))
}

// flip changes one bit.
func flip(rng *rand.Rand, data []byte) {
	data[rng.IntN(len(data))] ^= 1 << rng.IntN(8)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

package contracts_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/message"
)

// Nothing in a delivery is loose: whichever byte of its metadata or message changes, the mailbox
// refuses it, and so does the verifier in Go.
func TestEveryByteCounts(t *testing.T) {
	s := newOurs(t)
	rng := rand.New(rand.NewPCG(1, 1))
	keys, set := validators(3)
	const threshold = 2
	for _, kind := range []ism.ModuleType{ism.TypeMessageIDMultisig, ism.TypeMerkleRootMultisig} {
		module, _ := s.multisig(s.factory(kind), set, threshold)
		p := randomProof(rng, kind, keys, set, threshold, message.FromEVM(s.recipient(module)))
		whole := p.done(accept)
		require.NoError(t, s.tryProcess(whole), "the delivery is valid before it is changed")
		require.NoError(t, goVerdict(kind, p, whole))

		for i := range whole.metadata {
			c := whole
			c.metadata = bytes.Clone(whole.metadata)
			c.metadata[i] ^= byte(1 + rng.IntN(255))
			assert.ErrorContains(t, s.tryProcess(c), "execution reverted", "%v: metadata byte %d", kind, i)
			assert.Error(t, goVerdict(kind, p, c), "%v: Go: metadata byte %d", kind, i)
		}
		for i := range whole.raw {
			c := whole
			c.raw = bytes.Clone(whole.raw)
			c.raw[i] ^= byte(1 + rng.IntN(255))
			assert.ErrorContains(t, s.tryProcess(c), "execution reverted", "%v: message byte %d", kind, i)
			assert.Error(t, goVerdict(kind, p, c), "%v: Go: message byte %d", kind, i)
		}
	}
}

func (s *system) tryProcess(c verdictCase) error {
	_, err := s.call(s.mailbox, pack("process(bytes,bytes)", c.metadata, c.raw))
	return err
}

func goVerdict(kind ism.ModuleType, p *proven, c verdictCase) error {
	m := new(message.Message)
	if err := m.UnmarshalBinary(c.raw); err != nil {
		return err
	}
	return verifier(kind, p.set, uint8(p.threshold)).Verify(c.metadata, m)
}

package ism_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// kind is one of the two multisigs, with the sample of its metadata.
type kind struct {
	name   string
	start  int // offset of the first signature
	sample func(t testing.TB) []byte
	module func(validators []common.Address, threshold uint8) ism.Module
	// checkpoint is what the signatures of metadata are over.
	checkpoint func(t testing.TB, metadata []byte, m *message.Message) checkpoint.Checkpoint
}

var kinds = []kind{
	{
		name: "message id", start: ism.MessageIDSignaturesOffset, sample: sampleMessageID,
		module: func(v []common.Address, n uint8) ism.Module {
			return ism.MessageIDMultisig{Validators: v, Threshold: n}
		},
		checkpoint: func(t testing.TB, metadata []byte, m *message.Message) checkpoint.Checkpoint {
			var d ism.MessageIDMetadata
			require.NoError(t, d.UnmarshalBinary(metadata))
			return d.Checkpoint(m)
		},
	},
	{
		name: "merkle root", start: ism.MerkleRootSignaturesOffset, sample: sampleMerkleRoot,
		module: func(v []common.Address, n uint8) ism.Module {
			return ism.MerkleRootMultisig{Validators: v, Threshold: n}
		},
		checkpoint: func(t testing.TB, metadata []byte, m *message.Message) checkpoint.Checkpoint {
			var d ism.MerkleRootMetadata
			require.NoError(t, d.UnmarshalBinary(metadata))
			return d.Checkpoint(m)
		},
	},
}

// by signs what the sample's signatures are over with the keys 0x11, 0x22, ...
// of the given numbers, and returns header and signatures.
func (k kind) by(t testing.TB, signers ...int) []byte {
	t.Helper()
	metadata := k.sample(t)
	c := k.checkpoint(t, metadata, sampleMessage(t))
	metadata = metadata[:k.start:k.start]
	for _, i := range signers {
		key, err := crypto.ToECDSA(bytes.Repeat([]byte{byte(0x11 * i)}, 32))
		require.NoError(t, err)
		signed, err := checkpoint.Sign(t.Context(), checkpoint.NewKeySigner(key), c)
		require.NoError(t, err)
		metadata = append(metadata, signed.Signature[:]...)
	}
	return metadata
}

// The table of the protocol specification, 7.4, and what follows from its algorithm. Traps 29,
// 30 and 31.
func TestVerdicts(t *testing.T) {
	k4 := common.HexToAddress("0x7564105E977516C53bE337314c7E53838967bDaC") // any address that never signs
	twice := []common.Address{k1, k2, k1}
	withZero := []common.Address{{}, k1, {}, k3}
	junk := bytes.Repeat([]byte{0xff}, 64)
	for _, k := range kinds {
		sigs := func(signers ...int) []byte { return k.by(t, signers...) }
		at := func(metadata []byte, index, offset int, change func(b *byte)) []byte {
			change(&metadata[k.start+index*65+offset])
			return metadata
		}
		for name, row := range map[string]struct {
			metadata   []byte
			validators []common.Address
			threshold  uint8
			want       error
		}{
			"in order":                       {sigs(1, 2), validators, 2, nil},
			"a subsequence":                  {sigs(1, 3), validators, 2, nil},
			"the last two":                   {sigs(2, 3), validators, 2, nil},
			"all":                            {sigs(1, 2, 3), validators, 3, nil},
			"one of one":                     {sigs(2), []common.Address{k2}, 1, nil},
			"one of three":                   {sigs(3), validators, 1, nil},
			"unsorted set":                   {sigs(3, 1), []common.Address{k3, k2, k1}, 2, nil},
			"other order":                    {sigs(3, 1), validators, 2, ism.ErrThreshold},
			"same twice":                     {sigs(1, 1), validators, 2, ism.ErrThreshold},
			"same twice, listed twice":       {sigs(1, 1), twice, 2, nil},
			"thrice, listed twice":           {sigs(1, 1, 1), twice, 3, ism.ErrThreshold},
			"second listing only":            {sigs(2, 1), twice, 2, nil},
			"too few":                        {sigs(1), validators, 2, ism.ErrMetadata},
			"none":                           {sigs(), validators, 1, ism.ErrMetadata},
			"last one cut":                   {sigs(1, 2)[:k.start+129], validators, 2, ism.ErrMetadata},
			"more than threshold":            {sigs(1, 2, 3), validators, 2, nil},
			"junk signature after":           {append(sigs(1, 2), bytes.Repeat([]byte{0}, 65)...), validators, 2, nil},
			"junk after":                     {append(sigs(1, 2), junk...), validators, 2, nil},
			"outsider first":                 {sigs(4, 1, 2), validators, 2, ism.ErrThreshold},
			"outsider in between":            {sigs(1, 4, 2), validators, 2, ism.ErrThreshold},
			"outsider after":                 {sigs(1, 2, 4), validators, 2, nil},
			"outsider, then nothing":         {sigs(4), validators, 2, ism.ErrThreshold},
			"other set":                      {sigs(1, 2), []common.Address{k4, k3}, 2, ism.ErrThreshold},
			"empty set":                      {sigs(1), nil, 1, ism.ErrThreshold},
			"threshold beyond the set":       {sigs(1, 2, 3, 3), validators, 4, ism.ErrThreshold},
			"beyond the set, nothing there":  {sigs(1, 2, 3), validators, 4, ism.ErrMetadata},
			"threshold 255":                  {sigs(1, 2, 3), validators, 255, ism.ErrMetadata},
			"threshold 0":                    {sigs(1, 2), validators, 0, ism.ErrNoThreshold},
			"threshold 0, empty set":         {sigs(), nil, 0, ism.ErrNoThreshold},
			"threshold 0, no header":         {nil, validators, 0, ism.ErrMetadata},
			"zero address in the set":        {sigs(1, 3), withZero, 2, nil},
			"zero address is never a signer": {append(sigs(), make([]byte, 65)...), withZero, 1, ism.ErrSignature},
			"v 0 or 1":                       {at(sigs(1, 2), 0, 64, func(b *byte) { *b -= 27 }), validators, 2, ism.ErrSignature},
			"v 29 in the second":             {at(sigs(1, 2), 1, 64, func(b *byte) { *b = 29 }), validators, 2, ism.ErrSignature},
			"high s":                         {highS(sigs(1, 2), k.start), validators, 2, ism.ErrSignature},
			"bad signature before too few":   {at(sigs(1), 0, 64, func(b *byte) { *b = 0 }), validators, 2, ism.ErrSignature},
			"bad signature after threshold":  {at(sigs(1, 2, 3), 2, 64, func(b *byte) { *b = 0 }), validators, 2, nil},
			"header only":                    {sigs()[:k.start-1], validators, 1, ism.ErrMetadata},
			"empty":                          {nil, validators, 1, ism.ErrMetadata},
		} {
			t.Run(k.name+"/"+name, func(t *testing.T) {
				m := sampleMessage(t)
				before, set := bytes.Clone(row.metadata), slices.Clone(row.validators)
				err := k.module(row.validators, row.threshold).Verify(row.metadata, m)
				if row.want == nil {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, row.want)
				}
				assert.Equal(t, before, row.metadata, "metadata is only read")
				assert.Equal(t, set, row.validators, "the set is only read")
				assert.Equal(t, sampleMessage(t), m, "the message is only read")
			})
		}
	}
}

// highS respells the first signature with s of the upper half.
func highS(metadata []byte, start int) []byte {
	s := metadata[start+32 : start+64]
	new(big.Int).Sub(crypto.S256().Params().N, new(big.Int).SetBytes(s)).FillBytes(s)
	metadata[start+64] ^= 27 ^ 28
	return metadata
}

func TestThresholdErrorNamesEverybody(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			err := k.module(validators, 2).Verify(k.by(t, 2, 1), sampleMessage(t))
			var e *ism.ThresholdError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, &ism.ThresholdError{
				Have: 1, Want: 2, Index: 1, Signer: k1, Position: 0,
				Matched: []common.Address{k2}, Missing: []common.Address{k1, k3},
				Checkpoint: k.checkpoint(t, k.sample(t), sampleMessage(t)),
			}, e)
			for _, part := range []string{k1.String(), k2.String(), k3.String(), e.Checkpoint.Root.String(), "1 of 2", "turn has passed"} {
				assert.ErrorContains(t, err, part)
			}
			assert.ErrorContains(t, k.module(nil, 1).Verify(k.by(t, 1), sampleMessage(t)), "matched no validator")

			err = k.module([]common.Address{k1, k3}, 2).Verify(k.by(t, 1, 2), sampleMessage(t))
			require.ErrorAs(t, err, &e)
			assert.Equal(t, -1, e.Position)
			assert.ErrorContains(t, err, "not a validator of the set")
			assert.Equal(t, k2, e.Signer)
			assert.Equal(t, []common.Address{k1}, e.Matched)
			assert.Equal(t, []common.Address{k3}, e.Missing)
		})
	}
}

func TestOtherErrorsNameTheFacts(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			module, m := k.module(validators, 2), sampleMessage(t)
			short := module.Verify(k.by(t, 1), m)
			require.ErrorIs(t, short, ism.ErrMetadata)
			assert.EqualError(t, short, fmt.Sprintf(
				"ism: metadata too short for %v: signature 1 ends at byte %d, have %d bytes (threshold 2 wants that many signatures)",
				module.Type(), k.start+130, k.start+65))
			short = module.Verify(make([]byte, k.start-1), m)
			require.ErrorIs(t, short, ism.ErrMetadata)
			assert.EqualError(t, short, fmt.Sprintf("ism: metadata too short for %v: header ends at byte %d, have %d bytes",
				module.Type(), k.start, k.start-1))

			broken := k.by(t, 1, 2)
			broken[k.start+129] = 1
			err := module.Verify(broken, m)
			require.ErrorIs(t, err, ism.ErrSignature)
			require.ErrorIs(t, err, checkpoint.ErrSignature)
			assert.ErrorContains(t, err, "signature 1 of 2 over ")
			assert.ErrorContains(t, err, k.checkpoint(t, broken, m).Root.String())

			require.ErrorIs(t, module.Verify(broken, nil), ism.ErrNoMessage)
		})
	}
}

// Every bit of metadata and of the message decides: 17.3 flipped byte by byte.
func TestFlippedByteIsRefused(t *testing.T) {
	classes := []error{ism.ErrThreshold, ism.ErrSignature, ism.ErrMerkleIndex}
	known := func(err error) bool {
		return slices.ContainsFunc(classes, func(class error) bool { return errors.Is(err, class) })
	}
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			module, m := k.module(validators, 2), sampleMessage(t)
			good := k.sample(t)
			require.NoError(t, module.Verify(good, m))
			for i := range good {
				for _, bit := range []byte{1, 0x80} {
					bad := bytes.Clone(good)
					bad[i] ^= bit
					require.True(t, known(module.Verify(bad, m)), "byte %d of the metadata", i)
				}
			}
			raw, err := m.MarshalBinary()
			require.NoError(t, err)
			for i := range raw {
				if i == message.VersionOffset {
					continue // the version is the mailbox's to check; see below
				}
				raw[i] ^= 1
				var bad message.Message
				require.NoError(t, bad.UnmarshalBinary(raw))
				require.True(t, known(module.Verify(good, &bad)), "byte %d of the message", i)
				raw[i] ^= 1
			}
			bad := *m
			bad.Version = 2
			require.True(t, known(module.Verify(good, &bad)), "the version is part of the id")
			bad = *m
			bad.Body = append(slices.Clone(m.Body), 0)
			require.True(t, known(module.Verify(good, &bad)), "a byte more")
			bad.Body = m.Body[:len(m.Body)-1]
			require.True(t, known(module.Verify(good, &bad)), "a byte less")
		})
	}
}

// Metadata of one kind is never metadata of the other, nor of another
// signed index: trap 26.
func TestKindsDoNotMix(t *testing.T) {
	m := sampleMessage(t)
	require.Error(t, ism.MessageIDMultisig{Validators: validators, Threshold: 2}.Verify(sampleMerkleRoot(t), m))
	require.ErrorIs(t, ism.MerkleRootMultisig{Validators: validators, Threshold: 2}.Verify(sampleMessageID(t), m), ism.ErrMetadata)
}

func TestTypes(t *testing.T) {
	assert.Equal(t, ism.ModuleType(5), ism.MessageIDMultisig{}.Type())
	assert.Equal(t, ism.ModuleType(4), ism.MerkleRootMultisig{}.Type())
	assert.Equal(t, ism.ModuleType(6), ism.Null{}.Type())
	assert.Equal(t, ism.ModuleType(13), ism.TypeComposite)
	assert.Equal(t, "message id multisig", ism.TypeMessageIDMultisig.String())
	assert.Equal(t, "composite", ism.TypeComposite.String())
	assert.Equal(t, "module type 14", ism.ModuleType(14).String())
	assert.Equal(t, "module type 255", ism.ModuleType(255).String())
}

func TestNullAcceptsEverything(t *testing.T) {
	require.NoError(t, ism.Null{}.Verify(nil, sampleMessage(t)))
	require.NoError(t, ism.Null{}.Verify([]byte{1, 2, 3}, sampleMessage(t)))
	require.ErrorIs(t, ism.Null{}.Verify(nil, nil), ism.ErrNoMessage)
}

// A module without a verifier refuses in a class of its own, which is no verdict.
func TestUnknownHasNoVerifier(t *testing.T) {
	module := ism.Unknown{Address: k1, ModuleType: ism.TypeCCIPRead}
	err := module.Verify(nil, sampleMessage(t))
	require.ErrorIs(t, err, ism.ErrNoVerifier)
	assert.ErrorContains(t, err, "ccip read at "+k1.String())
	require.ErrorIs(t, module.Verify(nil, nil), ism.ErrNoMessage)
	assert.Equal(t, ism.TypeCCIPRead, module.Type())
}

func TestModulesKnowTheirAddress(t *testing.T) {
	for _, module := range []ism.Module{
		ism.MessageIDMultisig{Address: k1}, ism.MerkleRootMultisig{Address: k1}, ism.Null{Address: k1}, ism.Unknown{Address: k1},
	} {
		assert.Equal(t, k1, ism.AddressOf(module), "%T", module)
	}
	assert.Zero(t, ism.AddressOf(struct{ ism.Module }{ism.Null{Address: k1}}), "a module that does not know its contract")
	assert.Zero(t, ism.AddressOf(nil))
}

// The verdict agrees with the rule said in other words: the first threshold
// signatures, all sound, are a subsequence of the set.
func TestVerdictIsTheSubsequenceRule(t *testing.T) {
	all := []common.Address{k1, k2, k3}
	k := kinds[0]
	var single [4][]byte // header and one signature, by signer
	for i := range single {
		single[i] = k.by(t, i+1)
	}
	m := sampleMessage(t)
	rapid.Check(t, func(rt *rapid.T) {
		set := rapid.SliceOfN(rapid.SampledFrom(all), 0, 5).Draw(rt, "set")
		threshold := rapid.IntRange(0, 5).Draw(rt, "threshold")
		signers := rapid.SliceOfN(rapid.IntRange(0, 3), 0, 6).Draw(rt, "signers")
		metadata := bytes.Clone(single[0][:k.start])
		for _, i := range signers {
			metadata = append(metadata, single[i][k.start:]...)
		}
		accept := threshold > 0 && len(signers) >= threshold &&
			subsequence(signers[:min(threshold, len(signers))], set, all)
		err := ism.MessageIDMultisig{Validators: set, Threshold: uint8(threshold)}.Verify(metadata, m)
		if accept != (err == nil) {
			rt.Fatalf("set %v, threshold %d, signers %v: want accepted %v, have %v", set, threshold, signers, accept, err)
		}
	})
}

// subsequence tries every choice.
func subsequence(signers []int, set, all []common.Address) bool {
	if len(signers) == 0 {
		return true
	}
	for i, v := range set {
		if signers[0] < len(all) && all[signers[0]] == v && subsequence(signers[1:], set[i+1:], all) {
			return true
		}
	}
	return false
}

// The contract compares the indexes before it looks at its threshold, and
// reads the whole header before either.
func TestMerkleIndexComesFirst(t *testing.T) {
	var d ism.MerkleRootMetadata
	require.NoError(t, d.UnmarshalBinary(sampleMerkleRoot(t)))
	d.MessageIndex, d.SignedIndex = 3, 2
	metadata, err := d.MarshalBinary()
	require.NoError(t, err)
	for _, threshold := range []uint8{0, 2} {
		err := ism.MerkleRootMultisig{Validators: validators, Threshold: threshold}.Verify(metadata, sampleMessage(t))
		require.ErrorIs(t, err, ism.ErrMerkleIndex)
		assert.ErrorContains(t, err, "message is leaf 3, checkpoint covers leaves up to 2")
	}
	err = ism.MerkleRootMultisig{}.Verify(metadata[:1095], sampleMessage(t))
	require.ErrorIs(t, err, ism.ErrMetadata)
}

// A checkpoint at the message's own index is late enough.
func TestMerkleRootAtItsOwnIndex(t *testing.T) {
	m := sampleMessage(t)
	var tree merkle.FullTree
	require.NoError(t, tree.Append(leafBefore, merkle.Hash(m.ID())))
	proof, err := tree.Prove(1, 2)
	require.NoError(t, err)
	d := ism.MerkleRootMetadata{
		Tree: message.FromEVM(common.HexToAddress("0x22")), MessageIndex: 1, SignedMessageID: m.ID(), Path: proof.Path, SignedIndex: 1,
	}
	key, err := crypto.ToECDSA(bytes.Repeat([]byte{0x22}, 32))
	require.NoError(t, err)
	signed, err := checkpoint.Sign(t.Context(), checkpoint.NewKeySigner(key), d.Checkpoint(m))
	require.NoError(t, err)
	d.Signatures = []checkpoint.Signature{signed.Signature}
	metadata, err := d.MarshalBinary()
	require.NoError(t, err)
	require.NoError(t, ism.MerkleRootMultisig{Validators: validators, Threshold: 1}.Verify(metadata, m))
}

// Trap 28: a proof against the present tree does not lead to an older root.
func TestProofAgainstThePresentIsRefused(t *testing.T) {
	var tree merkle.FullTree
	require.NoError(t, tree.Append(leafBefore, merkle.Hash(sampleMessage(t).ID()), leafAfter, leafBefore))
	proof, err := tree.Prove(1, 4)
	require.NoError(t, err)
	var d ism.MerkleRootMetadata
	require.NoError(t, d.UnmarshalBinary(sampleMerkleRoot(t)))
	d.Path = proof.Path
	metadata, err := d.MarshalBinary()
	require.NoError(t, err)
	err = ism.MerkleRootMultisig{Validators: validators, Threshold: 2}.Verify(metadata, sampleMessage(t))
	require.ErrorIs(t, err, ism.ErrThreshold)
}

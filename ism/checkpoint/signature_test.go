package checkpoint_test

import (
	"bytes"
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

var order = crypto.S256().Params().N

func goldenSigned(t testing.TB, index uint32) checkpoint.Signed {
	t.Helper()
	signed, err := checkpoint.Sign(t.Context(), checkpoint.NewKeySigner(key(t, 0x11)), golden(index))
	require.NoError(t, err)
	return signed
}

// highS is the second spelling of the same signature.
func highS(s checkpoint.Signature) checkpoint.Signature {
	new(big.Int).Sub(order, new(big.Int).SetBytes(s[32:64])).FillBytes(s[32:64])
	s[64] ^= 27 ^ 28
	return s
}

func scalar(x *big.Int) []byte { return x.FillBytes(make([]byte, 32)) }

// Trap 19: v is 27 or 28 and s is low, or the contract refuses.
func TestRecoverAcceptsOneFormOnly(t *testing.T) {
	good := goldenSigned(t, 1)
	half := new(big.Int).Rsh(order, 1)
	for name, row := range map[string]struct {
		change func(s *checkpoint.Signature)
		field  string
	}{
		"v 0":                {func(s *checkpoint.Signature) { s[64] -= 27 }, "v"},
		"v 29":               {func(s *checkpoint.Signature) { s[64] = 29 }, "v"},
		"v 255":              {func(s *checkpoint.Signature) { s[64] = 255 }, "v"},
		"v of EIP-155":       {func(s *checkpoint.Signature) { s[64] = 37 }, "v"},
		"high s":             {func(s *checkpoint.Signature) { *s = highS(*s) }, "s"},
		"s just above half":  {func(s *checkpoint.Signature) { copy(s[32:], scalar(new(big.Int).Add(half, big.NewInt(1)))) }, "s"},
		"s zero":             {func(s *checkpoint.Signature) { clear(s[32:64]) }, "s"},
		"s the order":        {func(s *checkpoint.Signature) { copy(s[32:], scalar(order)) }, "s"},
		"r zero":             {func(s *checkpoint.Signature) { clear(s[:32]) }, "r"},
		"r the order":        {func(s *checkpoint.Signature) { copy(s[:], scalar(order)) }, "r"},
		"r all ones":         {func(s *checkpoint.Signature) { copy(s[:], bytes.Repeat([]byte{0xff}, 32)) }, "r"},
		"r no point":         {func(s *checkpoint.Signature) { copy(s[:], scalar(big.NewInt(5))) }, "point"},
		"the zero signature": {func(s *checkpoint.Signature) { *s = checkpoint.Signature{} }, "r"},
	} {
		t.Run(name, func(t *testing.T) {
			sig := good.Signature
			row.change(&sig)
			signer, err := sig.Recover(good.Digest())
			require.ErrorIs(t, err, checkpoint.ErrSignature)
			assert.Zero(t, signer)
			assert.ErrorContains(t, err, "checkpoint: signature not acceptable: "+row.field+" is ")

			broken := checkpoint.Signed{Checkpoint: good.Checkpoint, Signature: sig}
			_, err = broken.Signer()
			require.ErrorIs(t, err, checkpoint.ErrSignature)
			require.ErrorIs(t, broken.Verify(addr1), checkpoint.ErrSignature)
		})
	}
}

func TestSmallScalarsAreAccepted(t *testing.T) {
	// r = s = 1 is a valid signature over any digest, which the precompile recovers; so is s
	// at exactly half the order.
	var sig checkpoint.Signature
	sig[31], sig[63], sig[64] = 1, 1, 27
	digest := golden(1).Digest()
	_, err := sig.Recover(digest)
	require.NoError(t, err)
	copy(sig[32:], scalar(new(big.Int).Rsh(order, 1)))
	_, err = sig.Recover(digest)
	require.NoError(t, err)
}

func TestFlippedByteIsAnotherSigner(t *testing.T) {
	good := goldenSigned(t, 1)
	for i := range good.Signature {
		sig := good.Signature
		sig[i] ^= 1
		err := sig.Verify(good.Digest(), addr1)
		require.Error(t, err, "byte %d", i)
	}
	require.ErrorIs(t, good.Verify(addr2), checkpoint.ErrSigner)
	var e *checkpoint.SignerError
	require.ErrorAs(t, good.Verify(addr2), &e)
	assert.Equal(t, checkpoint.SignerError{Want: addr2, Have: addr1}, *e)
}

func TestNormalizeKeepsTheSigner(t *testing.T) {
	good := goldenSigned(t, 1)
	low := good.Signature
	low[64] -= 27
	high := highS(good.Signature)
	highLow := high
	highLow[64] -= 27
	for name, spelling := range map[string]checkpoint.Signature{
		"as it is": good.Signature, "v 0 or 1": low, "high s": high, "both": highLow,
	} {
		t.Run(name, func(t *testing.T) {
			before := spelling
			normal, err := spelling.Normalize()
			require.NoError(t, err)
			assert.Equal(t, good.Signature, normal)
			assert.Equal(t, before, spelling)

			raw := bytes.Clone(spelling[:])
			normal, err = checkpoint.NormalizeSignature(raw)
			require.NoError(t, err)
			assert.Equal(t, good.Signature, normal)
			assert.Equal(t, before[:], raw, "trap 19: the caller's slice keeps its v")
		})
	}
}

func TestNormalizeRefuses(t *testing.T) {
	good := goldenSigned(t, 1).Signature
	for name, change := range map[string]func(s *checkpoint.Signature){
		"v 2":         func(s *checkpoint.Signature) { s[64] = 2 },
		"v 26":        func(s *checkpoint.Signature) { s[64] = 26 },
		"v 29":        func(s *checkpoint.Signature) { s[64] = 29 },
		"v 35":        func(s *checkpoint.Signature) { s[64] = 35 },
		"s zero":      func(s *checkpoint.Signature) { clear(s[32:64]) },
		"s the order": func(s *checkpoint.Signature) { copy(s[32:], scalar(order)) },
		"s above":     func(s *checkpoint.Signature) { copy(s[32:64], bytes.Repeat([]byte{0xff}, 32)) },
		"r zero":      func(s *checkpoint.Signature) { clear(s[:32]) },
	} {
		t.Run(name, func(t *testing.T) {
			sig := good
			change(&sig)
			normal, err := sig.Normalize()
			require.ErrorIs(t, err, checkpoint.ErrSignature)
			assert.Zero(t, normal)
		})
	}
}

func TestSignatureLengths(t *testing.T) {
	good := goldenSigned(t, 1).Signature
	for n := range 70 {
		b := make([]byte, n)
		copy(b, good[:])
		before := bytes.Clone(b)
		_, strict := checkpoint.NewSignature(b)
		_, liberal := checkpoint.NormalizeSignature(b)
		if n == checkpoint.SignatureLength {
			require.NoError(t, strict)
			require.NoError(t, liberal)
		} else {
			require.ErrorIs(t, strict, checkpoint.ErrSignature, "%d bytes", n)
			require.ErrorIs(t, liberal, checkpoint.ErrSignature, "%d bytes", n)
		}
		assert.Equal(t, before, b)
	}
	_, err := checkpoint.NewSignature(append(good[:64:64], good[64]-27))
	require.ErrorIs(t, err, checkpoint.ErrSignature, "v is not translated unless asked")
	high := highS(good)
	_, err = checkpoint.NewSignature(high[:])
	require.ErrorIs(t, err, checkpoint.ErrSignature, "s is not translated unless asked")
}

func TestSignatureText(t *testing.T) {
	good := goldenSigned(t, 1).Signature
	text := good.String()
	for _, spelling := range []string{text, "0x" + strings.ToUpper(text[2:])} {
		parsed, err := checkpoint.ParseSignature(spelling)
		require.NoError(t, err)
		assert.Equal(t, good, parsed)
	}
	encoded, err := json.Marshal(good)
	require.NoError(t, err)
	var decoded checkpoint.Signature
	require.NoError(t, json.Unmarshal(encoded, &decoded))
	assert.Equal(t, good, decoded)
	assert.Equal(t, good, checkpoint.MustParseSignature(text))
	assert.Panics(t, func() { checkpoint.MustParseSignature("0x") })

	for name, bad := range map[string]string{
		"empty":     "",
		"prefix":    "0x",
		"no prefix": text[2:],
		"short":     text[:len(text)-1],
		"long":      text + "0",
		"no hex":    text[:len(text)-1] + "g",
		"big X":     "0X" + text[2:],
		"v 0":       text[:len(text)-2] + "00",
		"non-ASCII": text[:len(text)-2] + "é",
	} {
		t.Run(name, func(t *testing.T) {
			kept := good
			require.ErrorIs(t, kept.UnmarshalText([]byte(bad)), checkpoint.ErrSignature)
			assert.Equal(t, good, kept, "untouched on error")
		})
	}
}

func TestRecoverMatchesEcrecover(t *testing.T) {
	for b := byte(1); b < 40; b++ {
		k := key(t, b)
		digest := [32]byte(crypto.Keccak256([]byte{b}))
		raw, err := crypto.Sign(digest[:], k)
		require.NoError(t, err)
		sig, err := checkpoint.NormalizeSignature(raw)
		require.NoError(t, err)
		signer, err := sig.Recover(digest)
		require.NoError(t, err)
		assert.Equal(t, crypto.PubkeyToAddress(k.PublicKey), signer)
		assert.NotEqual(t, common.Address{}, signer)
	}
}

func FuzzParseSignature(f *testing.F) {
	f.Add(goldenSigned(f, 1).Signature.String())
	f.Add("0x")
	f.Add(strings.Repeat("0", 132))
	f.Fuzz(func(t *testing.T, text string) {
		sig, err := checkpoint.ParseSignature(text)
		if err != nil {
			require.ErrorIs(t, err, checkpoint.ErrSignature)
			return
		}
		assert.Equal(t, strings.ToLower(text), sig.String())
		require.NoError(t, sig.Validate())
	})
}

package checkpoint_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

func TestSignerFuncTakesWhatKeyStoresReturn(t *testing.T) {
	k := key(t, 0x11)
	want := goldenSigned(t, 1)
	for name, spell := range map[string]func(s checkpoint.Signature) []byte{
		"as it is":    func(s checkpoint.Signature) []byte { return s[:] },
		"v 0 or 1":    func(s checkpoint.Signature) []byte { s[64] -= 27; return s[:] },
		"high s":      func(s checkpoint.Signature) []byte { s = highS(s); return s[:] },
		"no v":        func(s checkpoint.Signature) []byte { return s[:64] },
		"high s no v": func(s checkpoint.Signature) []byte { s = highS(s); return s[:64] },
	} {
		t.Run(name, func(t *testing.T) {
			var raw, before []byte
			signer := checkpoint.SignerFunc(addr1, func(_ context.Context, digest [32]byte) ([]byte, error) {
				b, err := crypto.Sign(digest[:], k)
				require.NoError(t, err)
				sig, err := checkpoint.NormalizeSignature(b)
				require.NoError(t, err)
				raw = spell(sig)
				before = bytes.Clone(raw)
				return raw, nil
			})
			signed, err := checkpoint.Sign(t.Context(), signer, golden(1))
			require.NoError(t, err)
			assert.Equal(t, want, signed)
			assert.Equal(t, before, raw, "trap 19: what the function returned is not modified")
		})
	}
}

// A signer's answer is believed only when it recovers to its address.
func TestBadSignersAreRefused(t *testing.T) {
	other := key(t, 0x22)
	offline := errors.New("kms is offline")
	answer := func(b []byte, err error) checkpoint.Signer {
		return checkpoint.SignerFunc(addr1, func(context.Context, [32]byte) ([]byte, error) { return b, err })
	}
	for name, row := range map[string]struct {
		signer checkpoint.Signer
		want   error
	}{
		"another key": {checkpoint.SignerFunc(addr1, func(_ context.Context, digest [32]byte) ([]byte, error) {
			return crypto.Sign(digest[:], other)
		}), checkpoint.ErrSigner},
		"another key, no v": {checkpoint.SignerFunc(addr1, func(_ context.Context, digest [32]byte) ([]byte, error) {
			b, err := crypto.Sign(digest[:], other)
			return b[:64], err
		}), checkpoint.ErrSigner},
		"another digest": {checkpoint.SignerFunc(addr1, func(context.Context, [32]byte) ([]byte, error) {
			return crypto.Sign(bytes.Repeat([]byte{1}, 32), key(t, 0x11))
		}), checkpoint.ErrSigner},
		"an error":          {answer(nil, offline), offline},
		"nothing":           {answer(nil, nil), checkpoint.ErrSignature},
		"66 bytes":          {answer(make([]byte, 66), nil), checkpoint.ErrSignature},
		"zeros":             {answer(make([]byte, 65), nil), checkpoint.ErrSignature},
		"zeros without v":   {answer(make([]byte, 64), nil), checkpoint.ErrSignature},
		"no function":       {checkpoint.SignerFunc(addr1, nil), checkpoint.ErrNoKey},
		"no key":            {checkpoint.NewKeySigner(nil), checkpoint.ErrNoKey},
		"empty key":         {checkpoint.NewKeySigner(new(ecdsa.PrivateKey)), checkpoint.ErrNoKey},
		"a lying interface": {liar{}, checkpoint.ErrSigner},
	} {
		t.Run(name, func(t *testing.T) {
			signed, err := checkpoint.Sign(t.Context(), row.signer, golden(1))
			require.ErrorIs(t, err, row.want)
			assert.Zero(t, signed)

			a := checkpoint.Announcement{Validator: row.signer.Address(), Origin: 1000, Location: "file:///x"}
			announced, err := checkpoint.SignAnnouncement(t.Context(), row.signer, a)
			require.ErrorIs(t, err, row.want)
			assert.Zero(t, announced)
		})
	}
}

func TestNoSigner(t *testing.T) {
	_, err := checkpoint.Sign(t.Context(), nil, golden(1))
	require.ErrorIs(t, err, checkpoint.ErrNoKey)
	_, err = checkpoint.SignAnnouncement(t.Context(), nil, checkpoint.Announcement{})
	require.ErrorIs(t, err, checkpoint.ErrNoKey)
}

// Depending on the platform the key is refused, or its signature is.
func TestKeyOfAnotherCurveIsRefused(t *testing.T) {
	foreign, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	signed, err := checkpoint.Sign(t.Context(), checkpoint.NewKeySigner(foreign), golden(1))
	require.Error(t, err)
	assert.Zero(t, signed)
}

// liar implements Signer without the care that SignerFunc takes.
type liar struct{}

func (liar) Address() common.Address { return addr1 }

func (liar) SignDigest(_ context.Context, digest [32]byte) (checkpoint.Signature, error) {
	k, err := crypto.ToECDSA(bytes.Repeat([]byte{0x22}, 32))
	if err != nil {
		return checkpoint.Signature{}, err
	}
	return checkpoint.NewKeySigner(k).SignDigest(context.Background(), digest)
}

func TestSignerObeysItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("shutting down"))
	_, err := checkpoint.Sign(ctx, checkpoint.NewKeySigner(key(t, 0x11)), golden(1))
	require.ErrorIs(t, err, context.Canceled)
}

func TestAnnouncementNamesItsSigner(t *testing.T) {
	a := checkpoint.Announcement{Validator: addr2, Origin: 1000, Location: "file:///x"}
	_, err := checkpoint.SignAnnouncement(t.Context(), checkpoint.NewKeySigner(key(t, 0x11)), a)
	require.ErrorIs(t, err, checkpoint.ErrSigner)
}

package checkpoint

import (
	"context"
	"crypto/ecdsa"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
)

// Signer signs digests with one key. It may reach over a network, hence the
// context. What it returns must be in the form the contracts accept and
// recover to Address; [NewKeySigner] and [SignerFunc] see to both.
//
// A Signer does not know what it signs. Whoever calls it decides that, once:
// a validator writes down what it is about to sign before it asks.
type Signer interface {
	Address() common.Address
	SignDigest(ctx context.Context, digest [32]byte) (Signature, error)
}

// NewKeySigner signs with a private key held in memory. The key is used, not
// copied. Without a key every signature fails with [ErrNoKey] and the address
// is zero.
func NewKeySigner(key *ecdsa.PrivateKey) Signer {
	//lint:ignore SA1019 the scalar is not used, only missed: go-ethereum's Sign panics without it
	if key == nil || key.D == nil || key.X == nil || key.Y == nil {
		return SignerFunc(common.Address{}, nil)
	}
	return SignerFunc(crypto.PubkeyToAddress(key.PublicKey), func(_ context.Context, digest [32]byte) ([]byte, error) {
		return crypto.Sign(digest[:], key)
	})
}

// SignerFunc makes a Signer of a function, such as a call to a KMS or a
// hardware wallet, that signs a digest with the key of address.
//
// The function may return 65 bytes r, s, v with any of v 0, 1, 27, 28, or 64
// bytes r, s when the other side does not know v; s may be in either half.
// The answer is normalised, and it is an error of class [ErrSigner] if it
// does not recover to address. The returned slice is not modified.
func SignerFunc(address common.Address, sign func(ctx context.Context, digest [32]byte) ([]byte, error)) Signer {
	return funcSigner{address: address, sign: sign}
}

type funcSigner struct {
	address common.Address
	sign    func(ctx context.Context, digest [32]byte) ([]byte, error)
}

func (f funcSigner) Address() common.Address { return f.address }

func (f funcSigner) SignDigest(ctx context.Context, digest [32]byte) (Signature, error) {
	if f.sign == nil {
		return Signature{}, fmt.Errorf("%w: give it a private key or a function", ErrNoKey)
	}
	if err := ctx.Err(); err != nil {
		return Signature{}, fmt.Errorf("checkpoint: signing with %v: %w", f.address, err)
	}
	raw, err := f.sign(ctx, digest)
	if err != nil {
		return Signature{}, fmt.Errorf("checkpoint: signing with %v: %w", f.address, err)
	}
	sig, err := claim(raw, digest, f.address)
	if err != nil {
		return Signature{}, fmt.Errorf("checkpoint: signing with %v: %w", f.address, err)
	}
	return sig, nil
}

// claim normalises raw and checks that it is a signature of want over digest.
func claim(raw []byte, digest [32]byte, want common.Address) (Signature, error) {
	if len(raw) != SignatureLength-1 {
		sig, err := NormalizeSignature(raw)
		if err != nil {
			return Signature{}, err
		}
		return sig, sig.Verify(digest, want)
	}
	var err error
	for v := byte(27); v <= 28; v++ {
		var sig Signature
		copy(sig[:], raw)
		sig[offsetV] = v
		if sig, err = sig.Normalize(); err != nil {
			return Signature{}, err
		}
		if err = sig.Verify(digest, want); err == nil {
			return sig, nil
		}
	}
	return Signature{}, err
}

// errNoSigner answers a nil Signer.
var errNoSigner = fmt.Errorf("%w: it is nil, make one with NewKeySigner or SignerFunc", ErrNoKey)

// Sign has the signer sign the checkpoint, and verifies the answer before
// returning it.
//
// SECURITY: a validator must never sign two roots for one index of one tree.
// Sign does not remember; record the checkpoint durably before calling it.
func Sign(ctx context.Context, signer Signer, c Checkpoint) (Signed, error) {
	if signer == nil {
		return Signed{}, errNoSigner
	}
	sig, err := signer.SignDigest(ctx, c.Digest())
	if err != nil {
		return Signed{}, fmt.Errorf("checkpoint: index %d of tree %v on domain %v: %w", c.Index, c.Tree, c.Origin, err)
	}
	signed := Signed{Checkpoint: c, Signature: sig}
	if err := signed.Verify(signer.Address()); err != nil {
		return Signed{}, err
	}
	return signed, nil
}

// SignAnnouncement has the signer sign the announcement, whose Validator must
// be the signer's address, and verifies the answer before returning it.
func SignAnnouncement(ctx context.Context, signer Signer, a Announcement) (SignedAnnouncement, error) {
	if signer == nil {
		return SignedAnnouncement{}, errNoSigner
	}
	if a.Validator != signer.Address() {
		return SignedAnnouncement{}, fmt.Errorf("checkpoint: announcement of validator %v: %w", a.Validator,
			&SignerError{Want: a.Validator, Have: signer.Address()})
	}
	sig, err := signer.SignDigest(ctx, a.Digest())
	if err != nil {
		return SignedAnnouncement{}, fmt.Errorf("checkpoint: announcement of %q: %w", a.Location, err)
	}
	signed := SignedAnnouncement{Announcement: a, Signature: sig}
	if err := signed.Verify(); err != nil {
		return SignedAnnouncement{}, err
	}
	return signed, nil
}

package checkpoint

import (
	"context"
	"crypto/ecdsa"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
)

// Signer signs digests with one key. The key may be on another machine: SignDigest returns the
// context's error when the context ends first.
//
// A Signer does not know what it signs. Its caller is responsible: a validator records a checkpoint
// before it asks for the signature.
type Signer interface {
	// Address returns the address of the key.
	Address() common.Address
	// SignDigest returns a signature that validates and recovers to Address. [NewKeySigner] and
	// [SignerFunc] make signers that check both.
	SignDigest(ctx context.Context, digest [32]byte) (Signature, error)
}

// NewKeySigner returns a signer with a private key in memory. It does not copy the key. With a nil
// or incomplete key, the address is zero and every signature fails with [ErrNoKey].
func NewKeySigner(key *ecdsa.PrivateKey) Signer {
	//nolint:staticcheck // SA1019: nothing is computed with the fields; crypto.Sign dereferences them
	if key == nil || key.D == nil || key.X == nil || key.Y == nil {
		return SignerFunc(common.Address{}, nil)
	}
	return SignerFunc(crypto.PubkeyToAddress(key.PublicKey), func(_ context.Context, digest [32]byte) ([]byte, error) {
		return crypto.Sign(digest[:], key)
	})
}

// SignerFunc returns a signer that calls a function, such as a request to a KMS or a hardware
// wallet, which signs a digest with the key of address.
//
// The function returns 65 bytes r, s, v with a v of 0, 1, 27 or 28, or 64 bytes r, s where the
// device does not report v; s may be in either half. The signer normalizes the answer and fails
// with [ErrSigner] when it does not recover to address. It does not modify the returned slice.
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
		return Signature{}, fmt.Errorf("%w: make it with a private key or a function", ErrNoKey)
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

// claim normalizes raw and checks that it is a signature of want over digest.
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

// errNoSigner reports a nil Signer.
var errNoSigner = fmt.Errorf("%w: it is nil, make one with NewKeySigner or SignerFunc", ErrNoKey)

// Sign asks the signer to sign the checkpoint, and verifies the answer.
//
// SECURITY: a validator must never sign two roots for one index of one tree. Sign keeps no record;
// write the checkpoint to durable storage before calling it.
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

// SignAnnouncement asks the signer to sign the announcement, and verifies the answer. Validator
// must be the signer's address, else the error is a [SignerError].
func SignAnnouncement(ctx context.Context, signer Signer, a Announcement) (SignedAnnouncement, error) {
	if signer == nil {
		return SignedAnnouncement{}, errNoSigner
	}
	if a.Validator != signer.Address() {
		return SignedAnnouncement{}, fmt.Errorf("checkpoint: announcement of validator %v: %w", a.Validator,
			&SignerError{Have: signer.Address(), Want: a.Validator})
	}
	sig, err := signer.SignDigest(ctx, a.Digest())
	if err != nil {
		return SignedAnnouncement{}, fmt.Errorf("checkpoint: announcement of %s: %w", excerpt(a.Location), err)
	}
	signed := SignedAnnouncement{Announcement: a, Signature: sig}
	if err := signed.Verify(); err != nil {
		return SignedAnnouncement{}, err
	}
	return signed, nil
}

// Package storagetest checks that a bucket behaves as a validator's store must. Run it against
// every kind of bucket that your program puts behind a storage.Store:
//
//	func TestMyStore(t *testing.T) {
//		storagetest.Run(t, func(t *testing.T) *storage.Store {
//			return storage.New(openMyBucket(t), storage.S3)
//		})
//	}
//
// The suite checks what agents rely on:
//
//   - an object reads back as it was written, and is absent before;
//   - a checkpoint is never replaced by another one of the same signer, which would hide the
//     evidence of an equivocation, and is replaced when it is malformed or of another signer;
//   - the latest index moves forward only;
//   - a reorg flag counts by its existence, whatever it holds;
//   - an object of the limit or beyond is refused, however large it says it is;
//   - every error has one class, and names the object and the store;
//   - a cancelled context stops reads, writes and lists with the context's error, and a cancelled
//     write leaves nothing;
//   - many writers at once do not disturb each other.
//
// [Signer] and [Checkpoint] make the values that the suite writes, for tests of your own. The suite
// is part of the API: a change of what it accepts is in the change notes.
package storagetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// Run runs the suite as subtests of t. Each call of open must return a new, empty and writable
// store, which Run closes.
func Run(t *testing.T, open func(t *testing.T) *storage.Store) {
	t.Helper()
	for _, c := range []struct {
		name string
		test func(t *testing.T, s *storage.Store)
	}{
		{"an empty store has nothing", empty},
		{"a checkpoint comes back as written", roundTrip},
		{"writing again changes nothing", idempotent},
		{"a malformed or foreign object is replaced", replaced},
		{"one signer has one checkpoint at an index", conflict},
		{"an unsigned checkpoint is refused", unsigned},
		{"the latest index only moves forward", latest},
		{"announcement and metadata come back as written", single},
		{"a reorg flag counts by existing", reorg},
		{"a malformed object is reported by name", malformed},
		{"an object of the limit is refused", tooLarge},
		{"indexes are listed", indexes},
		{"a cancelled context stops every call", cancelled},
		{"many write at once", concurrent},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t)
			t.Cleanup(func() { require.NoError(t, s.Close()) })
			c.test(t, s)
		})
	}
}

// Signer returns a signer with a test key: 32 bytes of value n, which is from 1 to 127.
func Signer(t testing.TB, n byte) checkpoint.Signer {
	t.Helper()
	key, err := crypto.ToECDSA([]byte(strings.Repeat(string(rune(n)), 32)))
	require.NoError(t, err)
	return checkpoint.NewKeySigner(key)
}

// Checkpoint returns a checkpoint at index that Signer(t, 0x11) signed. The origin is 1000; the
// tree and the root are the same at every index.
func Checkpoint(t testing.TB, index uint32) checkpoint.Signed {
	t.Helper()
	return sign(t, Signer(t, 0x11), index, 0x02)
}

func sign(t testing.TB, signer checkpoint.Signer, index uint32, root byte) checkpoint.Signed {
	t.Helper()
	c := checkpoint.Checkpoint{Origin: 1000, Tree: message.Address{31: 0x22}, Root: merkle.Hash{0: root}, Index: index, MessageID: message.ID{0: 0x33, 31: byte(index)}}
	signed, err := checkpoint.Sign(context.Background(), signer, c)
	require.NoError(t, err)
	return signed
}

func put(t *testing.T, s *storage.Store, key, content string) {
	t.Helper()
	require.NoError(t, s.Bucket().WriteAll(t.Context(), key, []byte(content), nil))
}

func content(t *testing.T, s *storage.Store, key string) string {
	t.Helper()
	data, err := s.Bucket().ReadAll(t.Context(), key)
	require.NoError(t, err)
	return string(data)
}

// requireNamed checks that the error has that class and no other, and names the object and the
// store.
func requireNamed(t *testing.T, s *storage.Store, err, class error, key string) {
	t.Helper()
	for _, other := range []error{
		storage.ErrNotFound, storage.ErrMalformed, storage.ErrConflict, storage.ErrReadOnly,
		storage.ErrLocation, storage.ErrNoDriver, storage.ErrBucket,
	} {
		require.Equal(t, errors.Is(other, class), errors.Is(err, other), "%v is of class %v", err, other)
	}
	require.Contains(t, err.Error(), fmt.Sprintf("object %q of %s", key, s))
}

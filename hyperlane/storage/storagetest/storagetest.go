// Package storagetest is the behaviour every validator store must show. Whoever
// puts a new kind of bucket behind storage.Store runs it against that bucket:
//
//	func TestMyStore(t *testing.T) {
//		storagetest.Run(t, func(t *testing.T) *storage.Store { ... })
//	}
package storagetest

import (
	"context"
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

// Run checks a kind of store. Each call of open must give a new, empty, writable
// store; Run closes it.
func Run(t *testing.T, open func(t *testing.T) *storage.Store) {
	t.Helper()
	for _, c := range []struct {
		name string
		test func(t *testing.T, s *storage.Store)
	}{
		{"an empty store has nothing", empty},
		{"a checkpoint comes back as written", roundTrip},
		{"writing again changes nothing", idempotent},
		{"what is unusable or foreign is replaced", replaced},
		{"the same signer never says two things", conflict},
		{"an unsigned checkpoint is not published", unsigned},
		{"the latest index only moves forward", latest},
		{"announcement and metadata come back as written", single},
		{"a reorg flag counts by existing", reorg},
		{"broken content is named", malformed},
		{"an object of the limit is too large", tooLarge},
		{"indexes are listed", indexes},
		{"a cancelled context stops reads and writes", cancelled},
		{"many may write at once", concurrent},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t)
			t.Cleanup(func() { require.NoError(t, s.Close()) })
			c.test(t, s)
		})
	}
}

// Signer is the n-th test key: 32 bytes of value n.
func Signer(t testing.TB, n byte) checkpoint.Signer {
	t.Helper()
	key, err := crypto.ToECDSA([]byte(strings.Repeat(string(rune(n)), 32)))
	require.NoError(t, err)
	return checkpoint.NewKeySigner(key)
}

// Checkpoint is a signed checkpoint by the first test key, of a tree address and
// origin that stay the same.
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

// requireNamed checks class and that the error names the object.
func requireNamed(t *testing.T, err, class error, key string) {
	t.Helper()
	require.ErrorIs(t, err, class)
	var object *storage.ObjectError
	require.ErrorAs(t, err, &object)
	require.Equal(t, key, object.Key)
	require.Contains(t, err.Error(), fmt.Sprintf("%q", key))
}

package merkle

import (
	"strconv"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/crypto/keccak"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestOfficialVectors compares roots with those that the network's own code is tested with
// (Protocol 16 and 17.2). A leaf there is the EIP-191 hash of a text; that is a convention of the
// vectors, not of the protocol. The vector "containing empty leaf" is absent: its texts are not
// published.
func TestOfficialVectors(t *testing.T) {
	for _, row := range []struct{ texts, root string }{
		{"", "0x27ae5ba08d7291c96c8cbddcc148bf48a6d68c7974b94356f53754ef6171d757"},
		{"one", "0x54fea87823728b754368018753f79a24e5f5cacee26c8785f3d33aabfd03372e"},
		{"one two three", "0x18f2f1646fee335a1eaf5191a8ce58ea772080057d0fda687df59c45e47e6f68"},
		{
			"bacon eye we ghost listen corn blonde gutter sanctuary seat generate twist waterfall monster elbow flash arrow moment " +
				"cheat unity steak shelter camera album bread tease sentence tribe miserable ridge guerrilla inhabitant suspicion " +
				"mosque printer land reliable circle first-hand time content management",
			"0x274d610098d8f109587e97c908cf549d129a14f5bad7eb10d36a427da97be6fc",
		},
	} {
		var tree Tree
		var full FullTree
		for _, text := range strings.Fields(row.texts) {
			leaf := textHash(text)
			require.NoError(t, tree.Insert(leaf))
			require.NoError(t, full.Append(leaf))
		}
		assert.Equal(t, MustParseHash(row.root), tree.Root())
		for index := range full.Count() {
			proof, err := full.Prove(index, full.Count())
			require.NoError(t, err)
			assert.NoError(t, proof.Verify(MustParseHash(row.root)))
		}
	}
}

// textHash returns the hash that a wallet signs for a text.
func textHash(text string) (h Hash) {
	hasher := keccak.NewLegacyKeccak256()
	_, _ = hasher.Write([]byte("\x19Ethereum Signed Message:\n" + strconv.Itoa(len(text)) + text))
	hasher.Sum(h[:0])
	return h
}

package contracts_test

import (
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
)

// The getters of the live ABI, on both.
func TestDifferentialMultisigGetters(t *testing.T) {
	official, ours := newOfficial(t), newOurs(t)
	for _, n := range []int{1, 3, 9} {
		_, set := validators(n)
		for _, threshold := range []uint8{1, uint8(n)} {
			for _, kind := range []struct{ theirs, ours common.Address }{
				{official.messageIDs, ours.messageIDs}, {official.merkleRoots, ours.merkleRoots},
			} {
				theirs, _ := official.multisig(kind.theirs, set, threshold)
				mine, _ := ours.multisig(kind.ours, set, threshold)
				for _, question := range [][]byte{
					pack("moduleType()"),
					pack("validatorsAndThreshold(bytes)", []byte("any message")),
					pack("signatureCount(bytes)", make([]byte, 67)),
					pack("signatureCount(bytes)", make([]byte, 68)),
					pack("signatureCount(bytes)", make([]byte, 68+65*3)),
					pack("signatureCount(bytes)", make([]byte, 68+65*3+1)),
					pack("signatureCount(bytes)", make([]byte, 1095)),
					pack("signatureCount(bytes)", make([]byte, 1096)),
					pack("signatureCount(bytes)", make([]byte, 1096+65*7)),
					pack("signatureCount(bytes)", make([]byte, 1096+65*7-1)),
				} {
					want, wantErr := official.call(theirs, question)
					have, haveErr := ours.call(mine, question)
					assert.Equal(t, wantErr == nil, haveErr == nil, "%x: official %v, ours %v", question[:4], wantErr, haveErr)
					if wantErr == nil {
						assert.Equal(t, want, have, "%x", question[:4])
					}
				}
			}
		}
	}
}

// Which sets a factory takes. Ours also refuses what no set should hold: the zero address (the
// answer of a failed recovery), and it names the module's address only for sets that it would
// deploy.
func TestDifferentialFactoryRefusals(t *testing.T) {
	official, ours := newOfficial(t), newOurs(t)
	_, set := validators(3)
	for name, c := range map[string]struct {
		set       []common.Address
		threshold uint8
	}{
		"1 of 3": {set, 1}, "3 of 3": {set, 3}, "0 of 3": {set, 0}, "4 of 3": {set, 4}, "0 of 0": {nil, 0}, "1 of 0": {nil, 1},
	} {
		deploy := pack("deploy(address[],uint8)", c.set, c.threshold)
		for _, factories := range [][2]common.Address{{official.messageIDs, ours.messageIDs}, {official.merkleRoots, ours.merkleRoots}} {
			_, theirs := official.call(factories[0], deploy)
			_, mine := ours.call(factories[1], deploy)
			assert.Equal(t, theirs == nil, mine == nil, "%s: official %v, ours %v", name, theirs, mine)
		}
	}
	withZero := pack("deploy(address[],uint8)", []common.Address{set[0], {}}, uint8(1))
	_, err := ours.call(ours.messageIDs, withZero)
	assert.ErrorContains(t, err, "execution reverted")
}

package ism_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// TestByteMapsAgreeWithSolidity compares every offset and length that stands as
// a number in the contracts' libraries with its twin in Go, so that neither
// language can change a format alone.
func TestByteMapsAgreeWithSolidity(t *testing.T) {
	for file, want := range map[string]map[string]int{
		"MessageLib": {
			"VERSION": message.Version, "VERSION_OFFSET": message.VersionOffset, "NONCE_OFFSET": message.NonceOffset,
			"ORIGIN_OFFSET": message.OriginOffset, "SENDER_OFFSET": message.SenderOffset,
			"DESTINATION_OFFSET": message.DestinationOffset, "RECIPIENT_OFFSET": message.RecipientOffset, "BODY_OFFSET": message.BodyOffset,
		},
		"HookMetadataLib": {
			"VARIANT": message.HookMetadataVariant, "VARIANT_OFFSET": message.HookVariantOffset, "VALUE_OFFSET": message.HookValueOffset,
			"GAS_LIMIT_OFFSET": message.HookGasLimitOffset, "REFUND_OFFSET": message.HookRefundOffset, "FEE_TOKEN_OFFSET": message.HookFeeTokenOffset,
		},
		"MessageIdMetadataLib": {
			"TREE_OFFSET": ism.MessageIDTreeOffset, "ROOT_OFFSET": ism.MessageIDRootOffset,
			"INDEX_OFFSET": ism.MessageIDIndexOffset, "SIGNATURES_OFFSET": ism.MessageIDSignaturesOffset,
		},
		"MerkleRootMetadataLib": {
			"TREE_OFFSET": ism.MerkleRootTreeOffset, "MESSAGE_INDEX_OFFSET": ism.MerkleRootMessageIndexOffset,
			"SIGNED_MESSAGE_ID_OFFSET": ism.MerkleRootSignedMessageIDOffset, "PATH_OFFSET": ism.MerkleRootPathOffset,
			"SIGNED_INDEX_OFFSET": ism.MerkleRootSignedIndexOffset, "SIGNATURES_OFFSET": ism.MerkleRootSignaturesOffset,
		},
		"SignatureLib": {"LENGTH": ism.SignatureLength, "R_OFFSET": 0, "S_OFFSET": 32, "V_OFFSET": 64},
		"MerkleLib":    {"DEPTH": merkle.Depth},
		"ModuleTypes": {
			"MERKLE_ROOT_MULTISIG": int(ism.TypeMerkleRootMultisig), "MESSAGE_ID_MULTISIG": int(ism.TypeMessageIDMultisig), "NULL": int(ism.TypeNull),
		},
	} {
		assert.Equal(t, want, solidityConstants(t, file), file)
	}
}

// solidityConstants reads the constants of a library that are plain numbers.
func solidityConstants(t *testing.T, library string) map[string]int {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("..", "contracts", "src", "libs", library+".sol"))
	require.NoError(t, err)
	constants := map[string]int{}
	for _, match := range regexp.MustCompile(`uint\d+ internal constant (\w+) = (\d+);`).FindAllStringSubmatch(string(source), -1) {
		constants[match[1]], err = strconv.Atoi(match[2])
		require.NoError(t, err)
	}
	require.NotEmpty(t, constants)
	return constants
}

package official

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const sample = `const _abi = [
    {
        anonymous: false,
        inputs: [
            {
                indexed: true,
                internalType: "bytes32",
                name: "messageId",
                type: "bytes32",
            },
        ],
        name: "DispatchId",
        type: "event",
    },
    {
        inputs: [],
        name: "tree",
        outputs: [
            {
                components: [
                    {
                        internalType: "uint256",
                        name: "count",
                        type: "uint256",
                    },
                ],
                internalType: "struct MerkleLib.Tree",
                name: "",
                type: "tuple",
            },
        ],
        stateMutability: "view",
        type: "function",
    },
];
const _bytecode = "0x6080";
`

func TestParse(t *testing.T) {
	parsed, code, err := parse([]byte(sample))
	require.NoError(t, err)
	assert.Equal(t, []byte{0x60, 0x80}, code)
	assert.Equal(t, "0x788dbc1b7152732178210e7f4d9d010ef016f9eafbe66786bd7169f56e0c353a", parsed.Events["DispatchId"].ID.Hex())
	assert.True(t, parsed.Events["DispatchId"].Inputs[0].Indexed)
	assert.Equal(t, "count", parsed.Methods["tree"].Outputs[0].Type.TupleRawNames[0])
}

func TestParseRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"no constants":     "export class X {}",
		"unfinished abi":   "const _abi = [\n    {\n",
		"not a list":       "const _abi = {}\n];",
		"unknown type":     "const _abi = [\n {type: \"function\", name: \"f\", inputs: [{name: \"x\", type: \"nope\"}]},\n];",
		"unlinked library": "const _abi = [\n];\nconst _bytecode = \"0x60__$ab$__\";",
		"unfinished code":  "const _abi = [\n];\nconst _bytecode = \"0x60",
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := parse([]byte(text))
			assert.Error(t, err)
		})
	}
}

func TestLoad(t *testing.T) {
	mailbox, code := Load(t, "Mailbox")
	assert.NotEmpty(t, code)
	assert.Equal(t, "7c39d130", hex.EncodeToString(mailbox.Methods["process"].ID))
	hook, code := Load(t, "hooks/MerkleTreeHook")
	assert.NotEmpty(t, code)
	assert.Equal(t, "fd54b228", hex.EncodeToString(hook.Methods["tree"].ID))
	_, code = Load(t, "interfaces/IMailbox")
	assert.Empty(t, code, "an interface has no code")
	_, _, err := load("NoSuchContract")
	assert.ErrorContains(t, err, "0 contracts match")
}

package evm_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

var finalities = []struct {
	text string
	want evm.Finality
	back string // what String returns
	ok   bool
}{
	{"0", evm.Finality{}, "latest", true},
	{"latest", evm.Finality{}, "latest", true},
	{"1", evm.Finality{Blocks: 1}, "1", true},
	{"15", evm.Finality{Blocks: 15}, "15", true},
	{"007", evm.Finality{Blocks: 7}, "7", true},
	{"18446744073709551615", evm.Finality{Blocks: 1<<64 - 1}, "18446744073709551615", true},
	{"finalized", evm.Finality{Tag: "finalized"}, "finalized", true},
	{"safe", evm.Finality{Tag: "safe"}, "safe", true},
	{text: ""}, {text: "pending"}, {text: "earliest"}, {text: "Finalized"}, {text: "-1"}, {text: "+1"}, {text: "1.5"}, {text: "0x10"},
	{text: " 1"}, {text: "18446744073709551616"}, {text: "1e3"},
}

func TestFinalityText(t *testing.T) {
	for _, row := range finalities {
		got, err := evm.ParseFinality(row.text)
		var f evm.Finality
		textErr := f.UnmarshalText([]byte(row.text))
		if !row.ok {
			assert.ErrorIs(t, err, evm.ErrConfig, row.text)
			assert.ErrorIs(t, textErr, evm.ErrConfig, row.text)
			assert.Zero(t, f)
			continue
		}
		require.NoError(t, err, row.text)
		require.NoError(t, textErr)
		assert.Equal(t, row.want, got)
		assert.Equal(t, row.want, f)
		assert.Equal(t, row.back, got.String())
		again, err := evm.ParseFinality(got.String())
		require.NoError(t, err)
		assert.Equal(t, got, again)

		data, err := json.Marshal(got)
		require.NoError(t, err)
		var fromJSON, fromYAML evm.Finality
		require.NoError(t, json.Unmarshal(data, &fromJSON))
		assert.Equal(t, got, fromJSON)
		require.NoError(t, yaml.Unmarshal([]byte(row.back), &fromYAML))
		assert.Equal(t, got, fromYAML)
	}
}

func TestFinalityJSON(t *testing.T) {
	for text, want := range map[string]evm.Finality{
		`15`: {Blocks: 15}, `"15"`: {Blocks: 15}, `"safe"`: {Tag: "safe"}, ` 0 `: {},
	} {
		f := evm.Finality{Blocks: 99}
		require.NoError(t, f.UnmarshalJSON([]byte(text)), text)
		assert.Equal(t, want, f)
	}
	for _, text := range []string{``, `null`, `true`, `1.5`, `-1`, `{}`, `"`, `"\x"`, `"pending"`, `[1]`} {
		f := evm.Finality{Blocks: 99}
		require.ErrorIs(t, f.UnmarshalJSON([]byte(text)), evm.ErrConfig, text)
		assert.Equal(t, evm.Finality{Blocks: 99}, f, "unchanged on error")
	}
	data, err := json.Marshal([]evm.Finality{{}, {Blocks: 3}, {Tag: "finalized"}})
	require.NoError(t, err)
	assert.Equal(t, `["latest",3,"finalized"]`, string(data))
	_, err = json.Marshal(evm.Finality{Blocks: 1, Tag: "safe"})
	require.ErrorIs(t, err, evm.ErrConfig)
	_, err = evm.Finality{Tag: "pending"}.MarshalText()
	require.ErrorIs(t, err, evm.ErrConfig)
}

// Trap 53: a configuration that does not say means one block; the zero value means none.
func TestDefaultFinality(t *testing.T) {
	assert.Equal(t, evm.Finality{Blocks: 1}, evm.DefaultFinality())
	assert.NoError(t, evm.Finality{}.Validate())
}

func ExampleParseFinality() {
	for _, text := range []string{"15", "finalized", "latest", "pending"} {
		f, err := evm.ParseFinality(text)
		fmt.Println(f, err)
	}
	// Output:
	// 15 <nil>
	// finalized <nil>
	// latest <nil>
	// latest configuration: finality is "pending", want a number of blocks in decimal digits, "finalized", "safe" or "latest": a block that is not mined, or never changes, cannot be followed
}

func FuzzParseFinality(f *testing.F) {
	for _, row := range finalities {
		f.Add(row.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := evm.ParseFinality(text)
		if err != nil {
			return
		}
		require.NoError(t, v.Validate())
		again, err := evm.ParseFinality(v.String())
		require.NoError(t, err)
		require.Equal(t, v, again)
	})
}

package hyperlane_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/hyperlane-go/sdk/hyperlane"
)

var finalities = []struct {
	text string
	want hyperlane.Finality
	back string // what String returns
	ok   bool
}{
	{"0", hyperlane.Finality{}, "latest", true},
	{"latest", hyperlane.Finality{}, "latest", true},
	{"1", hyperlane.Finality{Blocks: 1}, "1", true},
	{"15", hyperlane.Finality{Blocks: 15}, "15", true},
	{"007", hyperlane.Finality{Blocks: 7}, "7", true},
	{"18446744073709551615", hyperlane.Finality{Blocks: 1<<64 - 1}, "18446744073709551615", true},
	{"finalized", hyperlane.Finality{Tag: "finalized"}, "finalized", true},
	{"safe", hyperlane.Finality{Tag: "safe"}, "safe", true},
	{text: ""}, {text: "pending"}, {text: "earliest"}, {text: "Finalized"}, {text: "-1"}, {text: "+1"}, {text: "1.5"}, {text: "0x10"},
	{text: " 1"}, {text: "18446744073709551616"}, {text: "1e3"},
}

func TestFinalityText(t *testing.T) {
	for _, row := range finalities {
		got, err := hyperlane.ParseFinality(row.text)
		var f hyperlane.Finality
		textErr := f.UnmarshalText([]byte(row.text))
		if !row.ok {
			assert.ErrorIs(t, err, hyperlane.ErrFinality, row.text)
			assert.ErrorIs(t, textErr, hyperlane.ErrFinality, row.text)
			assert.Zero(t, f)
			continue
		}
		require.NoError(t, err, row.text)
		require.NoError(t, textErr)
		assert.Equal(t, row.want, got)
		assert.Equal(t, row.want, f)
		assert.Equal(t, row.back, got.String())
		again, err := hyperlane.ParseFinality(got.String())
		require.NoError(t, err)
		assert.Equal(t, got, again)

		data, err := json.Marshal(got)
		require.NoError(t, err)
		var fromJSON, fromYAML hyperlane.Finality
		require.NoError(t, json.Unmarshal(data, &fromJSON))
		assert.Equal(t, got, fromJSON)
		require.NoError(t, yaml.Unmarshal([]byte(row.back), &fromYAML))
		assert.Equal(t, got, fromYAML)
	}
}

func TestFinalityJSON(t *testing.T) {
	for text, want := range map[string]hyperlane.Finality{
		`15`: {Blocks: 15}, `"15"`: {Blocks: 15}, `"safe"`: {Tag: "safe"}, ` 0 `: {},
	} {
		f := hyperlane.Finality{Blocks: 99}
		require.NoError(t, f.UnmarshalJSON([]byte(text)), text)
		assert.Equal(t, want, f)
	}
	for _, text := range []string{``, `null`, `true`, `1.5`, `-1`, `{}`, `"`, `"\x"`, `"pending"`, `[1]`} {
		f := hyperlane.Finality{Blocks: 99}
		require.ErrorIs(t, f.UnmarshalJSON([]byte(text)), hyperlane.ErrFinality, text)
		assert.Equal(t, hyperlane.Finality{Blocks: 99}, f, "unchanged on error")
	}
	data, err := json.Marshal([]hyperlane.Finality{{}, {Blocks: 3}, {Tag: "finalized"}})
	require.NoError(t, err)
	assert.Equal(t, `["latest",3,"finalized"]`, string(data))
	_, err = json.Marshal(hyperlane.Finality{Blocks: 1, Tag: "safe"})
	require.ErrorIs(t, err, hyperlane.ErrFinality)
	_, err = hyperlane.Finality{Tag: "pending"}.MarshalText()
	require.ErrorIs(t, err, hyperlane.ErrFinality)
}

// Trap 53: a configuration that does not say means one block; the zero value means none.
func TestDefaultFinality(t *testing.T) {
	assert.Equal(t, hyperlane.Finality{Blocks: 1}, hyperlane.DefaultFinality())
	assert.NoError(t, hyperlane.Finality{}.Validate())
}

func ExampleParseFinality() {
	for _, text := range []string{"15", "finalized", "latest", "pending"} {
		f, err := hyperlane.ParseFinality(text)
		fmt.Println(f, err)
	}
	// Output:
	// 15 <nil>
	// finalized <nil>
	// latest <nil>
	// latest hyperlane: finality "pending": a block that is not mined, or never changes, cannot be followed: want a number of blocks, "finalized", "safe" or "latest"
}

func FuzzParseFinality(f *testing.F) {
	for _, row := range finalities {
		f.Add(row.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := hyperlane.ParseFinality(text)
		if err != nil {
			return
		}
		require.NoError(t, v.Validate())
		again, err := hyperlane.ParseFinality(v.String())
		require.NoError(t, err)
		require.Equal(t, v, again)
	})
}

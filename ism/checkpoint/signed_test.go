package checkpoint_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// stored is the example of Protocol 5.2, signed by key 0x11 repeated.
const stored = `{
  "value": {
    "checkpoint": {
      "merkle_tree_hook_address": "0x0000000000000000000000002222222222222222222222222222222222222222",
      "mailbox_domain": 1000,
      "root": "0x0202020202020202020202020202020202020202020202020202020202020202",
      "index": 12
    },
    "message_id": "0x3333333333333333333333333333333333333333333333333333333333333333"
  },
  "signature": {
    "r": "0x19f0d18dd594484e865d0dcc7ad184256ab4cf1b233e372357e4831a17c3be",
    "s": "0x7db7b821ecfbb419a36062884d2e5d24ad3a91bc982ecb29b8c063fe8b929a48",
    "v": 28
  },
  "serialized_signature": "0x0019f0d18dd594484e865d0dcc7ad184256ab4cf1b233e372357e4831a17c3be7db7b821ecfbb419a36062884d2e5d24ad3a91bc982ecb29b8c063fe8b929a481c"
}`

// Trap 18: r of this signature has 62 digits in JSON, 64 in serialized_signature.
func TestGoldenJSON(t *testing.T) {
	signed, err := checkpoint.Sign(t.Context(), checkpoint.NewKeySigner(key(t, 0x11)), golden(12))
	require.NoError(t, err)
	text, err := json.MarshalIndent(signed, "", "  ")
	require.NoError(t, err)
	assert.Equal(t, stored, string(text))

	var got checkpoint.Signed
	require.NoError(t, json.Unmarshal([]byte(stored), &got))
	assert.Equal(t, signed, got)
	require.NoError(t, got.Verify(addr1))
}

// change is the stored form with one change.
func change(old, new string) string {
	if !strings.Contains(stored, old) {
		panic("the example has no " + old)
	}
	return strings.Replace(stored, old, new, 1)
}

const (
	serialized = `,
  "serialized_signature": "0x0019f0d18dd594484e865d0dcc7ad184256ab4cf1b233e372357e4831a17c3be7db7b821ecfbb419a36062884d2e5d24ad3a91bc982ecb29b8c063fe8b929a481c"`
	signatureObject = `{
    "r": "0x19f0d18dd594484e865d0dcc7ad184256ab4cf1b233e372357e4831a17c3be",
    "s": "0x7db7b821ecfbb419a36062884d2e5d24ad3a91bc982ecb29b8c063fe8b929a48",
    "v": 28
  }`
	lowS = "0x7db7b821ecfbb419a36062884d2e5d24ad3a91bc982ecb29b8c063fe8b929a48"
)

// Every spelling that a reader of the network accepts means the same.
func TestJSONSpellings(t *testing.T) {
	want := goldenSigned(t, 12)
	zeros := strings.Repeat("0", 64)
	high := highS(want.Signature)
	negS := fmt.Sprintf("0x%x", high[32:64])
	for name, text := range map[string]string{
		"as written":                stored,
		"compact":                   compact(t, stored),
		"before 2023-03":            change(serialized, ""),
		"contradicting serialized":  change(`"serialized_signature": "0x00`, `"serialized_signature": "0xff`),
		"serialized of other type":  change(serialized, `, "serialized_signature": 7`),
		"value called checkpoint":   change(`"value"`, `"checkpoint"`),
		"value called announcement": change(`"value"`, `"announcement"`),
		"unknown keys":              change(`"v": 28`, `"v": 28, "w": [1, {"r": 2}]`),
		"unknown keys twice":        change(`"v": 28`, `"v": 28, "w": 1, "w": 2`),
		"keys in another case":      change(`"v": 28`, `"v": 28, "V": 1, "R": null`),
		"other order":               change(`"index": 12`, `"index": 12, "x": 0`),
		"r without 0x":              change(`"r": "0x19`, `"r": "19`),
		"r with one zero":           change(`"r": "0x19`, `"r": "0x019`),
		"r at full width":           change(`"r": "0x19`, `"r": "0x0019`),
		"upper case":                change(lowS, "0x"+strings.ToUpper(lowS[2:])),
		"root without 0x":           change(`"root": "0x`, `"root": "`),
		"v 1":                       change(`"v": 28`, `"v": 1`),
		"high s":                    strings.Replace(change(lowS, negS), `"v": 28`, `"v": 27`, 1),
		"high s, v 0":               strings.Replace(change(lowS, negS), `"v": 28`, `"v": 0`, 1),
		"signature as a string":     change(signatureObject, `"`+want.Signature.String()+`"`),
		"the string without 0x":     change(signatureObject, `"`+want.Signature.String()[2:]+`"`),
		"escaped key":               change(`"index"`, `"\u0069ndex"`),
		"mailbox beside the tree":   change(`"index": 12`, `"index": 12, "mailbox_address": "0x`+zeros+`"`),
	} {
		t.Run(name, func(t *testing.T) {
			var got checkpoint.Signed
			require.NoError(t, json.Unmarshal([]byte(text), &got))
			assert.Equal(t, want, got)
			require.NoError(t, got.Verify(addr1))
		})
	}
}

func compact(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, json.Compact(&b, []byte(text)))
	return b.String()
}

func TestJSONBrokenInOneWay(t *testing.T) {
	hash := `"0x0202020202020202020202020202020202020202020202020202020202020202"`
	for name, row := range map[string]struct {
		text  string
		field string
	}{
		"empty":                  {"", ""},
		"null":                   {"null", ""},
		"an array":               {"[]", ""},
		"a string":               {`"x"`, ""},
		"cut":                    {stored[:len(stored)-2], ""},
		"text after":             {stored + "{}", ""},
		"not UTF-8":              {change("value", "val\xff"), ""},
		"no value":               {change(`"value"`, `"valve"`), "value"},
		"value in another case":  {change(`"value"`, `"Value"`), "value"},
		"value twice":            {change(`"signature"`, `"value": {}, "signature"`), "value"},
		"value by two names":     {change(`"signature"`, `"checkpoint": {}, "signature"`), "checkpoint"},
		"value null":             {`{"value": null, "signature": {}}`, "value"},
		"value a number":         {`{"value": 1, "signature": {}}`, "value"},
		"no signature":           {change(`"signature"`, `"sig"`), "signature"},
		"signature null":         {change(signatureObject, "null"), "signature"},
		"signature a number":     {change(signatureObject, "1"), "signature"},
		"signature twice":        {change(`"signature"`, `"signature": "0x", "signature"`), "signature"},
		"signature string short": {change(signatureObject, `"0x00"`), "signature"},
		"signature of 64 bytes":  {change(signatureObject, `"0x`+strings.Repeat("11", 64)+`"`), "signature"},
		"no checkpoint":          {change(`"checkpoint"`, `"checkpoints"`), "value.checkpoint"},
		"checkpoint a list":      {change(`"checkpoint": {`, `"checkpoint": [], "c": {`), "value.checkpoint"},
		"no tree":                {change(`"merkle_tree_hook_address"`, `"tree"`), "value.checkpoint.merkle_tree_hook_address"},
		"tree of 20 bytes":       {change(`0x000000000000000000000000`, `0x`), "value.checkpoint.merkle_tree_hook_address"},
		"no domain":              {change(`"mailbox_domain"`, `"domain"`), "value.checkpoint.mailbox_domain"},
		"domain too large":       {change(`1000`, `4294967296`), "value.checkpoint.mailbox_domain"},
		"domain negative":        {change(`1000`, `-1`), "value.checkpoint.mailbox_domain"},
		"domain a string":        {change(`1000`, `"1000"`), "value.checkpoint.mailbox_domain"},
		"domain a fraction":      {change(`1000`, `1000.0`), "value.checkpoint.mailbox_domain"},
		"domain with exponent":   {change(`1000`, `1e3`), "value.checkpoint.mailbox_domain"},
		"domain null":            {change(`1000`, `null`), "value.checkpoint.mailbox_domain"},
		"index too large":        {change(`12`, `4294967296`), "value.checkpoint.index"},
		"index twice":            {change(`"index": 12`, `"index": 12, "index": 12`), "value.checkpoint.index"},
		"index null":             {change(`"index": 12`, `"index": null`), "value.checkpoint.index"},
		"no root":                {change(`"root"`, `"Root"`), "value.checkpoint.root"},
		"root null":              {change(hash, `null`), "value.checkpoint.root"},
		"root trimmed":           {change(`"root": "0x02`, `"root": "0x2`), "value.checkpoint.root"},
		"root too long":          {change(`"root": "0x`, `"root": "0x00`), "value.checkpoint.root"},
		"root no hex":            {change(`"root": "0x02`, `"root": "0x0g`), "value.checkpoint.root"},
		"root with 0X":           {change(`"root": "0x`, `"root": "0X`), "value.checkpoint.root"},
		"root a number":          {change(hash, `2`), "value.checkpoint.root"},
		"message id short":       {change(`"message_id": "0x33`, `"message_id": "0x`), "value.message_id"},
		"message id null":        {change(`"0x3333333333333333333333333333333333333333333333333333333333333333"`, `null`), "value.message_id"},
		"r empty":                {change(`"r": "0x19f0d18dd594484e865d0dcc7ad184256ab4cf1b233e372357e4831a17c3be"`, `"r": "0x"`), "signature.r"},
		"r of 65 digits":         {change(`"r": "0x`, `"r": "0x000`), "signature.r"},
		"r no hex":               {change(`"r": "0x19`, `"r": "0x1z`), "signature.r"},
		"r twice":                {change(`"r": `, `"r": "0x1", "r": `), "signature.r"},
		"r zero":                 {change(`"r": "0x19f0d18dd594484e865d0dcc7ad184256ab4cf1b233e372357e4831a17c3be"`, `"r": "0x0"`), "signature"},
		"r missing":              {change(`"r": `, `"q": `), "signature.r"},
		"s signed":               {change(`"s": "0x7d`, `"s": "-0x7d`), "signature.s"},
		"s a number":             {change(`"`+lowS+`"`, `1`), "signature.s"},
		"v 29":                   {change(`"v": 28`, `"v": 29`), "signature"},
		"v too large":            {change(`"v": 28`, `"v": 284`), "signature.v"},
		"v a string":             {change(`"v": 28`, `"v": "28"`), "signature.v"},
		"v missing":              {change(`"v": 28`, `"w": 28`), "signature.v"},
	} {
		t.Run(name, func(t *testing.T) {
			before := goldenSigned(t, 1)
			got := before
			err := got.UnmarshalJSON([]byte(row.text))
			require.ErrorIs(t, err, checkpoint.ErrJSON)
			assert.NotContains(t, err.Error(), "before V3")
			field := row.field
			if field == "" {
				field = "text"
			}
			assert.ErrorContains(t, err, "checkpoint: malformed JSON: "+field+": ")
			assert.Equal(t, before, got, "untouched on error")
			assert.Less(t, len(err.Error()), 400, "hostile text stays out of the log")
		})
	}
}

// The error names a checkpoint from before V3, so that an operator does not look for corruption.
func TestLegacyJSONIsNamed(t *testing.T) {
	bare := `{"value": {"mailbox_address": "0x0000000000000000000000002222222222222222222222222222222222222222", "mailbox_domain": 1000,
		"root": "0x0202020202020202020202020202020202020202020202020202020202020202", "index": 1}, "signature": ` + signatureObject + `}`
	for name, text := range map[string]string{
		"bare checkpoint":          bare,
		"bare under its alias":     strings.Replace(bare, `"value"`, `"checkpoint"`, 1),
		"no message id":            change(`"message_id"`, `"id"`),
		"mailbox in place of tree": change(`merkle_tree_hook_address`, `mailbox_address`),
	} {
		t.Run(name, func(t *testing.T) {
			var got checkpoint.Signed
			err := json.Unmarshal([]byte(text), &got)
			require.ErrorIs(t, err, checkpoint.ErrJSON)
			assert.ErrorContains(t, err, "checkpoint from before V3")
			assert.Zero(t, got)
		})
	}
}

// Trap 22: 51,200 bytes or more are refused, whatever they say.
func TestJSONSizeIsBounded(t *testing.T) {
	pad := func(n int) []byte { return append([]byte(stored), bytes.Repeat([]byte(" "), n-len(stored))...) }
	var got checkpoint.Signed
	require.NoError(t, got.UnmarshalJSON(pad(checkpoint.MaxJSON-1)))
	var fresh checkpoint.Signed
	err := fresh.UnmarshalJSON(pad(checkpoint.MaxJSON))
	require.ErrorIs(t, err, checkpoint.ErrJSON)
	assert.ErrorContains(t, err, "have 51200 bytes, want fewer than 51200")
	assert.Zero(t, fresh)

	deep := []byte(`{"x":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`)
	require.ErrorIs(t, fresh.UnmarshalJSON(deep), checkpoint.ErrJSON)
}

// Trap 18: every count of leading zero digits survives.
func TestTrimmedScalars(t *testing.T) {
	trimmed := make(map[int]bool)
	for index := uint32(0); index < 3000 && len(trimmed) < 3; index++ {
		signed := goldenSigned(t, index)
		text, err := signed.MarshalJSON()
		require.NoError(t, err)
		var shape struct {
			Signature  struct{ R, S string }
			Serialized string `json:"serialized_signature"`
		}
		require.NoError(t, json.Unmarshal(text, &shape))
		assert.NotContains(t, shape.Signature.R[:3], "0x0")
		assert.Len(t, shape.Serialized, 132)
		trimmed[66-len(shape.Signature.R)] = true
		var back checkpoint.Signed
		require.NoError(t, json.Unmarshal(text, &back))
		assert.Equal(t, signed, back)
	}
	assert.Len(t, trimmed, 3, "64, 63 and 62 digits were met")
}

func TestUnreadableIsNotWritten(t *testing.T) {
	for name, sig := range map[string]checkpoint.Signature{
		"none":   {},
		"high s": highS(goldenSigned(t, 1).Signature),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := json.Marshal(checkpoint.Signed{Checkpoint: golden(1), Signature: sig})
			require.ErrorIs(t, err, checkpoint.ErrSignature)
			_, err = json.Marshal(checkpoint.SignedAnnouncement{Signature: sig})
			require.ErrorIs(t, err, checkpoint.ErrSignature)
		})
	}
}

func FuzzSignedJSON(f *testing.F) {
	f.Add([]byte(stored))
	f.Add([]byte(change(serialized, "")))
	f.Add([]byte(`{"checkpoint":{"checkpoint":{},"message_id":"0x"},"signature":"0x"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		before := bytes.Clone(text)
		var first checkpoint.Signed
		err := first.UnmarshalJSON(text)
		require.Equal(t, before, text)
		if err != nil {
			require.Zero(t, first)
			return
		}
		written, err := first.MarshalJSON()
		require.NoError(t, err)
		var second checkpoint.Signed
		require.NoError(t, second.UnmarshalJSON(written))
		require.Equal(t, first, second)
		again, err := second.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, written, again)
	})
}

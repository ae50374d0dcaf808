package checkpoint_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// announced is the announcement of Protocol 17.4, in the form of Protocol 5.3.
const announced = `{
  "value": {
    "validator": "0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a",
    "mailbox_address": "0x0000000000000000000000002222222222222222222222222222222222222222",
    "mailbox_domain": 1000,
    "storage_location": "s3://hyperlane-test/us-east-1"
  },
  "signature": {
    "r": "0xcffe2c30a3b5016f467bee313352e032e3261fbabe82907771cf920f05359533",
    "s": "0x243225ac7010c7cf1e4dea3c7b7042202bd69765f8d1d76469653b65d7304fb1",
    "v": 27
  },
  "serialized_signature": "0xcffe2c30a3b5016f467bee313352e032e3261fbabe82907771cf920f05359533243225ac7010c7cf1e4dea3c7b7042202bd69765f8d1d76469653b65d7304fb11b"
}`

func signAnnouncement(t testing.TB, location string) checkpoint.SignedAnnouncement {
	t.Helper()
	signed, err := checkpoint.SignAnnouncement(t.Context(), checkpoint.NewKeySigner(key(t, 0x11)), checkpoint.Announcement{
		Validator: addr1, Mailbox: golden(1).Tree, Origin: 1000, Location: location,
	})
	require.NoError(t, err)
	return signed
}

func TestAnnouncementJSON(t *testing.T) {
	signed := signAnnouncement(t, "s3://hyperlane-test/us-east-1")
	text, err := json.MarshalIndent(signed, "", "  ")
	require.NoError(t, err)
	assert.Equal(t, announced, string(text))
	for _, alias := range []string{"value", "announcement", "checkpoint"} {
		var got checkpoint.SignedAnnouncement
		require.NoError(t, json.Unmarshal([]byte(strings.Replace(announced, "value", alias, 1)), &got))
		assert.Equal(t, signed, got)
		require.NoError(t, got.Verify())
	}
}

func TestAnnouncementDigitsInEitherCase(t *testing.T) {
	var got checkpoint.SignedAnnouncement
	require.NoError(t, json.Unmarshal([]byte(strings.Replace(announced,
		"0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a", "19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A", 1)), &got))
	assert.Equal(t, addr1, got.Validator)
}

func TestAnnouncementLocationsAreKept(t *testing.T) {
	for _, location := range []string{"", "gs://a&b/<c>", `file:///with "quotes"\`, "s3://ä/\u2028", strings.Repeat("x", 4000), "nul\x00"} {
		signed := signAnnouncement(t, location)
		text, err := signed.MarshalJSON()
		require.NoError(t, err)
		var got checkpoint.SignedAnnouncement
		require.NoError(t, got.UnmarshalJSON(text))
		assert.Equal(t, signed, got)
		require.NoError(t, got.Verify())
	}
	text, err := signAnnouncement(t, "gs://a&b/<c>").MarshalJSON()
	require.NoError(t, err)
	assert.Contains(t, string(text), "gs://a&b/<c>", "as the network's writers have it")
	_, err = signAnnouncement(t, "s3://\xff").MarshalJSON()
	require.ErrorIs(t, err, checkpoint.ErrJSON)
}

func TestAnnouncementCoversItsFields(t *testing.T) {
	for name, change := range map[string]func(s *checkpoint.SignedAnnouncement){
		"validator": func(s *checkpoint.SignedAnnouncement) { s.Validator = addr2 },
		"mailbox":   func(s *checkpoint.SignedAnnouncement) { s.Mailbox[31] ^= 1 },
		"origin":    func(s *checkpoint.SignedAnnouncement) { s.Origin ^= 1 },
		"location":  func(s *checkpoint.SignedAnnouncement) { s.Location += "/" },
	} {
		t.Run(name, func(t *testing.T) {
			signed := signAnnouncement(t, "s3://b/r")
			change(&signed)
			require.ErrorIs(t, signed.Verify(), checkpoint.ErrSigner)
		})
	}
	signed := signAnnouncement(t, "s3://b/r")
	signed.Signature[64] -= 27
	require.ErrorIs(t, signed.Verify(), checkpoint.ErrSignature)
	_, err := signed.Signer()
	require.ErrorIs(t, err, checkpoint.ErrSignature)
}

func TestAnnouncementBrokenInOneWay(t *testing.T) {
	for name, row := range map[string]struct{ old, new, field string }{
		"validator of 32 bytes": {`"0x19e7`, `"0x00000000000000000000000019e7`, "value.validator"},
		"no validator":          {`"validator"`, `"Validator"`, "value.validator"},
		"mailbox of 20 bytes":   {`"0x000000000000000000000000`, `"0x`, "value.mailbox_address"}, // trap 25: a TypeScript helper digests 20
		"domain a string":       {`1000`, `"1000"`, "value.mailbox_domain"},
		"domain too large":      {`1000`, `4294967296`, "value.mailbox_domain"},
		"no location":           {`"storage_location"`, `"location"`, "value.storage_location"},
		"location null":         {`"s3://hyperlane-test/us-east-1"`, `null`, "value.storage_location"},
		"location twice":        {`"storage_location"`, `"storage_location": "", "storage_location"`, "value.storage_location"},
		"v 29":                  {`"v": 27`, `"v": 29`, "signature"},
		"no value":              {`"value"`, `"values"`, "value"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, announced, row.old)
			before := signAnnouncement(t, "kept")
			got := before
			err := got.UnmarshalJSON([]byte(strings.Replace(announced, row.old, row.new, 1)))
			require.ErrorIs(t, err, checkpoint.ErrJSON)
			assert.ErrorContains(t, err, "checkpoint: malformed JSON: "+row.field+": ")
			assert.Equal(t, before, got)
		})
	}
	var got checkpoint.SignedAnnouncement
	err := got.UnmarshalJSON(make([]byte, checkpoint.MaxJSON))
	require.ErrorIs(t, err, checkpoint.ErrJSON)
	assert.ErrorContains(t, err, "have 51200 bytes, want fewer than 51200")
}

// A reader of one kind refuses the other.
func TestKindsAreDistinct(t *testing.T) {
	var a checkpoint.SignedAnnouncement
	require.ErrorIs(t, a.UnmarshalJSON([]byte(stored)), checkpoint.ErrJSON)
	var s checkpoint.Signed
	err := s.UnmarshalJSON([]byte(announced))
	require.ErrorIs(t, err, checkpoint.ErrJSON)
	assert.NotContains(t, err.Error(), "before V3")
}

func FuzzSignedAnnouncementJSON(f *testing.F) {
	f.Add([]byte(announced))
	f.Add([]byte(stored))
	f.Fuzz(func(t *testing.T, text []byte) {
		before := bytes.Clone(text)
		var first checkpoint.SignedAnnouncement
		err := first.UnmarshalJSON(text)
		require.Equal(t, before, text)
		if err != nil {
			require.Zero(t, first)
			return
		}
		written, err := first.MarshalJSON()
		require.NoError(t, err)
		if len(written) >= checkpoint.MaxJSON {
			return // with the serialized signature, the text may be too large to read
		}
		var second checkpoint.SignedAnnouncement
		require.NoError(t, second.UnmarshalJSON(written))
		require.Equal(t, first, second)
	})
}

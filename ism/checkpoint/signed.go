package checkpoint

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/message"
)

// Signed is a checkpoint with the signature of one validator. No field names the validator:
// [Signed.Signer] recovers it.
type Signed struct {
	Checkpoint
	Signature Signature
}

// Signer returns the address whose key signed the checkpoint. It fails with [ErrSignature].
func (s Signed) Signer() (common.Address, error) {
	signer, err := s.Signature.Recover(s.Digest())
	if err != nil {
		return common.Address{}, fmt.Errorf("checkpoint: index %d of tree %v on domain %v: %w", s.Index, s.Tree, s.Origin, err)
	}
	return signer, nil
}

// Verify checks that want signed the checkpoint. It fails with [ErrSignature], or with a
// [SignerError].
func (s Signed) Verify(want common.Address) error {
	if err := s.Signature.Verify(s.Digest(), want); err != nil {
		return fmt.Errorf("checkpoint: index %d of tree %v on domain %v: %w", s.Index, s.Tree, s.Origin, err)
	}
	return nil
}

// The stored form. Field order is the order of the keys.
type (
	checkpointJSON struct {
		Tree   string `json:"merkle_tree_hook_address"`
		Origin uint32 `json:"mailbox_domain"`
		Root   string `json:"root"`
		Index  uint32 `json:"index"`
	}
	checkpointValueJSON struct {
		Checkpoint checkpointJSON `json:"checkpoint"`
		MessageID  string         `json:"message_id"`
	}
	signatureJSON struct {
		R string `json:"r"`
		S string `json:"s"`
		V uint8  `json:"v"`
	}
	signedJSON[Value any] struct {
		Value      Value         `json:"value"`
		Signature  signatureJSON `json:"signature"`
		Serialized string        `json:"serialized_signature"`
	}
)

// MarshalJSON returns the stored form in one line; json.MarshalIndent with two spaces returns the
// form of S3 objects and local files. It fails with [ErrSignature] rather than write a signature
// that no contract accepts.
func (s Signed) MarshalJSON() ([]byte, error) {
	return marshalSigned(checkpointValueJSON{
		Checkpoint: checkpointJSON{
			Tree:   formatHash(s.Tree),
			Origin: uint32(s.Origin),
			Root:   formatHash(s.Root),
			Index:  s.Index,
		},
		MessageID: formatHash(s.MessageID),
	}, s.Signature)
}

// UnmarshalJSON reads the stored form as the network's readers do, and the forms of older
// validators:
//
//   - keys in any order, unknown keys ignored; value may also be named checkpoint or announcement;
//   - hashes of exactly 64 digits, with or without 0x, in either case;
//   - r and s of 1 to 64 digits, with or without 0x; v of 0, 1, 27 or 28; or the whole signature as
//     one string of 130 digits;
//   - serialized_signature is ignored and may be missing.
//
// It normalizes the signature ([Signature.Normalize]), which does not change the signer. Everything
// else fails with [ErrJSON]: a field that is missing, repeated or out of range, a checkpoint from
// before V3, and a text of [MaxJSON] bytes or more. On an error s keeps its value.
//
// UnmarshalJSON verifies nothing: call [Signed.Verify] to check who signed.
func (s *Signed) UnmarshalJSON(text []byte) error {
	value, sig, err := unmarshalSigned(text)
	if err != nil {
		return err
	}
	c, err := unmarshalCheckpoint(value)
	if err != nil {
		return err
	}
	*s = Signed{Checkpoint: c, Signature: sig}
	return nil
}

func unmarshalCheckpoint(value *object) (Checkpoint, error) {
	if err := refuseLegacy(value); err != nil {
		return Checkpoint{}, err
	}
	inner, err := value.object("checkpoint", "merkle_tree_hook_address", "mailbox_domain", "root", "index", "mailbox_address")
	if err != nil {
		return Checkpoint{}, err
	}
	if inner.has("mailbox_address") && !inner.has("merkle_tree_hook_address") {
		return Checkpoint{}, jsonError(inner.at("mailbox_address"), wasBeforeV3, "a field merkle_tree_hook_address")
	}
	var c Checkpoint
	var origin uint32
	err = firstError(
		inner.hash("merkle_tree_hook_address", (*[32]byte)(&c.Tree)),
		inner.number("mailbox_domain", &origin),
		inner.hash("root", (*[32]byte)(&c.Root)),
		inner.number("index", &c.Index),
		value.hash("message_id", (*[32]byte)(&c.MessageID)),
	)
	if err != nil {
		return Checkpoint{}, err
	}
	c.Origin = message.Domain(origin)
	return c, nil
}

// wasBeforeV3 is the reason for a checkpoint that no V3 contract accepts.
const wasBeforeV3 = "checkpoint from before V3, whose signature covers no message ID, want %s"

// refuseLegacy recognizes checkpoints from before V3: their value is the bare checkpoint, without a
// message ID beside it.
func refuseLegacy(value *object) error {
	switch {
	case value.has("root") && !value.has("checkpoint"):
		return jsonError(value.path, wasBeforeV3, "the object named N_with_id.json of a V3 validator")
	case value.has("checkpoint") && !value.has("message_id"):
		return jsonError(value.at("message_id"), wasBeforeV3, "a field message_id")
	}
	return nil
}

func marshalSigned[Value any](value Value, sig Signature) ([]byte, error) {
	if err := sig.Validate(); err != nil {
		return nil, err
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false) // as the network's writers
	err := enc.Encode(signedJSON[Value]{
		Value: value,
		Signature: signatureJSON{
			R: formatScalar(sig[:offsetS]),
			S: formatScalar(sig[offsetS:offsetV]),
			V: sig[offsetV],
		},
		Serialized: sig.String(),
	})
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), err
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

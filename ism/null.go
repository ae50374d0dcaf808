package ism

import "github.com/hyperlane-go/sdk/message"

// Null is the module that accepts every message with any metadata, as the
// network's no-op module does. Contracts that report [TypeNull] may check a
// great deal on chain (pausing, rate limits, bridges); the type only says that
// they want no metadata.
type Null struct{}

var _ Module = Null{}

// Verify accepts every message. Only a nil message is an error.
func (Null) Verify(_ []byte, m *message.Message) error {
	if m == nil {
		return ErrNoMessage
	}
	return nil
}

// Type returns [TypeNull].
func (Null) Type() ModuleType { return TypeNull }

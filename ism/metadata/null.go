package metadata

import (
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/message"
)

// null builds the empty metadata, which is not nil.
func (b *Builder) null(r *Result, m *message.Message) error {
	return b.accept(r, ism.Null{}, []byte{}, m)
}

package hyperlane

import (
	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/contracts"
)

// packDispatch picks the shortest of the three overloads that says the same: every byte of calldata
// is paid for.
func packDispatch(d Dispatch) []byte {
	b := contracts.Mailbox{}
	switch {
	case d.Hook != common.Address{}:
		return b.PackDispatchWithHook(uint32(d.Destination), d.Recipient, d.Body, d.Metadata, d.Hook)
	case len(d.Metadata) > 0:
		return b.PackDispatchWithMetadata(uint32(d.Destination), d.Recipient, d.Body, d.Metadata)
	}
	return b.PackDispatch(uint32(d.Destination), d.Recipient, d.Body)
}

// packQuote asks about exactly the call that packDispatch makes.
func packQuote(d Dispatch) []byte {
	b := contracts.Mailbox{}
	switch {
	case d.Hook != common.Address{}:
		return b.PackQuoteDispatchWithHook(uint32(d.Destination), d.Recipient, d.Body, d.Metadata, d.Hook)
	case len(d.Metadata) > 0:
		return b.PackQuoteDispatchWithMetadata(uint32(d.Destination), d.Recipient, d.Body, d.Metadata)
	}
	return b.PackQuoteDispatch(uint32(d.Destination), d.Recipient, d.Body)
}

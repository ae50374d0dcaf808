package hyperlane

import (
	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/contracts"
)

// packDispatch picks the shortest of the three overloads that says the same: every byte of calldata is paid for.
func packDispatch(d Dispatch) []byte {
	b := contracts.NewOutbox()
	switch {
	case d.Hook != common.Address{}:
		return b.PackDispatch(uint32(d.Destination), d.Recipient, d.Body, d.Metadata, d.Hook)
	case len(d.Metadata) > 0:
		return b.PackDispatch0(uint32(d.Destination), d.Recipient, d.Body, d.Metadata)
	}
	return b.PackDispatch1(uint32(d.Destination), d.Recipient, d.Body)
}

// packQuote asks about exactly the call that packDispatch makes.
func packQuote(d Dispatch) []byte {
	b := contracts.NewOutbox()
	switch {
	case d.Hook != common.Address{}:
		return b.PackQuoteDispatch(uint32(d.Destination), d.Recipient, d.Body, d.Metadata, d.Hook)
	case len(d.Metadata) > 0:
		return b.PackQuoteDispatch2(uint32(d.Destination), d.Recipient, d.Body, d.Metadata)
	}
	return b.PackQuoteDispatch0(uint32(d.Destination), d.Recipient, d.Body)
}

package relayer

import (
	"sync"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/sender"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// destination is what the relayer holds of a chain that messages go to.
type destination struct {
	domain   message.Domain
	name     string
	chain    target
	margin   uint64
	gasCap   uint64
	builders map[message.Domain]*metadata.Builder // by origin

	client *evm.Client
	sender *sender.Sender // the account that pays; a key is the id of a message

	delivering sync.Mutex // held during a delivering pass

	health health

	height *uint64 // of the latest block, once it was asked for in this pass
}

func newDestination(c chainPorts) *destination {
	return &destination{domain: c.domain, name: c.name, chain: c.target, margin: c.margin, gasCap: c.gasCap,
		client: c.client, builders: map[message.Domain]*metadata.Builder{}}
}

// underWay reports whether a delivery of the message has been signed and is not decided.
func (d *destination) underWay(id message.ID) bool {
	_, found := d.sender.Find(keyOf(id))
	return found
}

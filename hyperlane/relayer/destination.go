package relayer

import (
	"sync"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/sender"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// destination is a chain that messages go to.
type destination struct {
	domain   message.Domain
	name     string
	chain    target
	margin   uint64
	gasCap   uint64
	builders map[message.Domain]*metadata.Builder // by origin

	client *evm.Client
	sender *sender.Sender // the account that pays; its keys are ids of messages

	delivering sync.Mutex // held during a delivering pass

	health health

	height *uint64 // number of the latest block, nil until this pass reads it
}

func newDestination(c chainPorts) *destination {
	return &destination{domain: c.domain, name: c.name, chain: c.target, margin: c.margin, gasCap: c.gasCap,
		client: c.client, builders: map[message.Domain]*metadata.Builder{}}
}

// underWay reports whether a delivery of the message is signed and not decided.
func (d *destination) underWay(id message.ID) bool {
	_, found := d.sender.Find(keyOf(id))
	return found
}

package hyperlanetest

import (
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
)

// Event is what an agent reports. One of the two is set. See [WithObserver].
type Event struct {
	Validator *validator.Event
	Relayer   *relayer.Event
}

// observe passes events on, one at a time.
func (n *Network) observe(e Event) {
	n.observing.Lock()
	defer n.observing.Unlock()
	n.settings.observe(e)
}

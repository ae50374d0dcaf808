package agent

import (
	"encoding/json"
	"fmt"

	"github.com/hyperlane-go/sdk/message"
)

// Message is where one message is, and why it is not delivered. String returns it for people,
// MarshalJSON for programs. The Status of package relayer is one.
type Message interface {
	fmt.Stringer
	json.Marshaler
}

// Messages is what an agent that carries messages answers about them. A relayer implements it
// through package program: this package serves messages without importing the relayer.
type Messages interface {
	// Message returns the status of a message. known is false for a message that the agent has not
	// seen; the status then says what the agent has read.
	Message(id message.ID) (m Message, known bool, err error)
	// Waiting returns a page of the messages that are not done: at most limit of them after the
	// first skip, in the order in which they are due, and how many there are in all.
	Waiting(skip, limit int) (page []Message, total int, err error)
	// Retry makes a waiting message due at once, and returns its status.
	Retry(id message.ID) (m Message, known bool, err error)
}

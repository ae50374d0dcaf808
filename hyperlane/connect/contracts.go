package connect

import (
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"go.yaml.in/yaml/v3"

	"github.com/hyperlane-go/sdk/hyperlane"
)

// Contracts are the contracts of a chain, under the names of the network's
// registry.
type Contracts struct {
	Mailbox           common.Address `yaml:"mailbox"`           // outbox and inbox at one address
	Outbox            common.Address `yaml:"outbox"`            // where they are two
	Inbox             common.Address `yaml:"inbox"`             //
	MerkleTreeHook    common.Address `yaml:"merkleTreeHook"`    // none means the outbox itself
	ValidatorAnnounce common.Address `yaml:"validatorAnnounce"` //
}

// Addresses returns them as package hyperlane wants them.
func (c Contracts) Addresses() (hyperlane.Addresses, error) {
	addresses := hyperlane.Addresses{
		Outbox: c.Outbox, Inbox: c.Inbox, MerkleTreeHook: c.MerkleTreeHook, ValidatorAnnounce: c.ValidatorAnnounce,
	}
	if c.Mailbox != (common.Address{}) {
		if c.Outbox != (common.Address{}) || c.Inbox != (common.Address{}) {
			return hyperlane.Addresses{}, &Error{Field: "contracts", Want: "either mailbox, or outbox and inbox"}
		}
		addresses.Outbox, addresses.Inbox = c.Mailbox, c.Mailbox
	}
	return addresses, nil
}

// contractNames are the keys of Contracts in a file.
const contractNames = "mailbox, outbox, inbox, merkleTreeHook, validatorAnnounce"

// UnmarshalYAML reads a mapping of names to addresses, each 0x and 40 hexadecimal
// digits. An [Error] names the key and the line; c keeps its value then.
func (c *Contracts) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return &Error{Field: "contracts", Want: "a mapping with the keys " + contractNames, Err: fmt.Errorf("line %d", n.Line)}
	}
	read := *c
	places := map[string]*common.Address{
		"mailbox": &read.Mailbox, "outbox": &read.Outbox, "inbox": &read.Inbox,
		"merkleTreeHook": &read.MerkleTreeHook, "validatorAnnounce": &read.ValidatorAnnounce,
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		place, known := places[key.Value]
		if !known {
			return &Error{
				Field: "contracts." + key.Value, Want: "one of " + contractNames + ", each once",
				Err: fmt.Errorf("line %d", key.Line),
			}
		}
		delete(places, key.Value)
		if !strings.HasPrefix(value.Value, "0x") || !common.IsHexAddress(value.Value) {
			return &Error{
				Field: "contracts." + key.Value, Want: "0x and 40 hexadecimal digits",
				Err: fmt.Errorf("line %d has %q", value.Line, value.Value),
			}
		}
		*place = common.HexToAddress(value.Value)
	}
	*c = read
	return nil
}

package contracts_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/stretchr/testify/assert"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/internal/official"
)

// Every function and event of the live ABI is in ours: same selector and outputs, same topic and
// indexed fields. What is left out is listed with its reason, and a reason that no longer applies
// fails too.
func TestDifferentialABI(t *testing.T) {
	const (
		construct = "set by the constructor: our contracts stand behind no proxy"
		client    = "the official contract inherits a router's settings that it never reads"
		clone     = "our modules are no clones of an implementation"
		version   = "the release of the official package, which the mailbox states"
	)
	clientParts := map[string]string{
		"hook()": client, "setHook(address)": client, "HookSet(address)": client,
		"interchainSecurityModule()": client, "setInterchainSecurityModule(address)": client, "IsmSet(address)": client,
		"owner()": client, "transferOwnership(address)": client, "renounceOwnership()": client, "OwnershipTransferred(address,address)": client,
		"Initialized(uint8)": construct, "PACKAGE_VERSION()": version,
	}
	for _, c := range []struct {
		official string
		ours     *contracts.Artifact
		without  map[string]string
	}{
		{"interfaces/IMailbox", contracts.MailboxArtifact, nil},
		{"Mailbox", contracts.MailboxArtifact, map[string]string{
			"initialize(address,address,address,address)": construct, "Initialized(uint8)": construct,
		}},
		{"hooks/MerkleTreeHook", contracts.MerkleTreeHookArtifact, clientParts},
		{"isms/multisig/ValidatorAnnounce", contracts.ValidatorAnnounceArtifact, clientParts},
		{"interfaces/IValidatorAnnounce", contracts.ValidatorAnnounceArtifact, nil},
		{"StaticMessageIdMultisigIsm", contracts.StaticMessageIdMultisigIsmArtifact, map[string]string{"PACKAGE_VERSION()": version}},
		{"StaticMerkleRootMultisigIsm", contracts.StaticMerkleRootMultisigIsmArtifact, map[string]string{"PACKAGE_VERSION()": version}},
		{"StaticMessageIdMultisigIsmFactory", contracts.StaticMessageIdMultisigIsmFactoryArtifact,
			map[string]string{"implementation()": clone, "PACKAGE_VERSION()": version}},
		{"StaticMerkleRootMultisigIsmFactory", contracts.StaticMerkleRootMultisigIsmFactoryArtifact,
			map[string]string{"implementation()": clone, "PACKAGE_VERSION()": version}},
		{"interfaces/IMessageRecipient", contracts.IMessageRecipientArtifact, nil},
		{"IMultisigIsm", contracts.IMultisigIsmArtifact, nil},
		{"hooks/IPostDispatchHook", contracts.IPostDispatchHookArtifact, nil},
	} {
		t.Run(c.official+" in "+c.ours.Contract, func(t *testing.T) {
			theirs, _ := official.Load(t, c.official)
			ours := c.ours.ABI()
			mine := fragments(&ours)
			missing := make(map[string]bool)
			for name, want := range fragments(&theirs) {
				have, ok := mine[name]
				switch {
				case !ok && c.without[name] != "":
					missing[name] = true
				case !ok:
					t.Errorf("%s is missing", name)
				default:
					assert.Equal(t, want, have, name)
				}
			}
			for _, name := range slices.Sorted(maps.Keys(c.without)) {
				assert.True(t, missing[name], "%s is there: drop the excuse (%s)", name, c.without[name])
			}
		})
	}
}

// fragments describes functions and events by what a caller depends on.
func fragments(parsed *abi.ABI) map[string]string {
	out := make(map[string]string)
	for _, m := range parsed.Methods {
		var outputs []string
		for _, o := range m.Outputs {
			outputs = append(outputs, o.Type.String())
		}
		mutability := m.StateMutability
		if mutability == "pure" {
			mutability = "view" // the same promise to a caller
		}
		out[m.Sig] = mutability + " returns " + strings.Join(outputs, ",")
	}
	for _, e := range parsed.Events {
		text := e.ID.Hex()
		for _, in := range e.Inputs {
			if in.Indexed {
				text += " indexed"
			}
			text += " " + in.Type.String()
		}
		out[e.Sig] = text
	}
	return out
}

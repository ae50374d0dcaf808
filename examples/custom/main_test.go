package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/agent/program"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/message"
)

var operator = hyperlanetest.User(9)

// world is two chains, the team's services, and what was dispatched.
type world struct {
	*hyperlanetest.Network
	services *services
	bucket   string // directory
	url      string // of the bucket
	module   common.Address
	guarded  message.ID // to a recipient that the team's module guards
	plain    message.ID // to a recipient with the default module, which wants the validator's signature
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Network: hyperlanetest.New(t, 2, hyperlanetest.WithHTTP(), hyperlanetest.WithValidators(1, 1)), bucket: t.TempDir()}
	w.url = "file://" + filepath.ToSlash(w.bucket) + "?no_tmp_dir=true&metadata=skip"
	w.services = newServices(t)
	t.Setenv("KMS_TOKEN", w.services.token)
	origin, destination := w.Chains[0], w.Chains[1]
	w.module = deployModule(t, destination, operator.Address)
	require.NoError(t, destination.TestRecipient().SetISM(t.Context(), w.module))

	sent, err := origin.Dispatch(t.Context(), destination, []byte("guarded"))
	require.NoError(t, err)
	w.guarded = sent.ID
	sent, err = origin.Outbox().Dispatch(t.Context(), origin.Transactor(0), hyperlane.Dispatch{
		Destination: destination.Domain(), Recipient: message.FromEVM(deployRecipient(t, destination)), Body: []byte("plain"),
	})
	require.NoError(t, err)
	w.plain = sent.ID
	return w
}

// key adds an account's key to the service and returns the section of the file that names it.
func (w *world) key(name string, account hyperlanetest.Account) string {
	return fmt.Sprintf("{kind: team-kms, url: %q, address: %q, token: {env: KMS_TOKEN}}", w.services.addKey(name, account), account.Address)
}

// chain returns the section of a chain.
func (w *world) chain(i int, payer string) string {
	c := w.Chains[i]
	return fmt.Sprintf("  chain%d: {rpc: %q, chainId: %v, domain: %v, contracts: {mailbox: %q, validatorAnnounce: %q}, signer: %s}\n",
		i, c.URL(), c.ChainID(), c.Domain(), c.Contracts.Mailbox, c.Contracts.ValidatorAnnounce, payer)
}

func (w *world) validatorFile(t *testing.T) string {
	return "stateDir: " + t.TempDir() + "\nchains:\n" + w.chain(0, w.key("announcer", hyperlanetest.User(1))) +
		"validator:\n  signer: " + w.key("validator", hyperlanetest.ValidatorAccount(0)) + "\n  storage: team://validator-1\n  interval: 10ms\n"
}

func (w *world) relayerFile(t *testing.T) string {
	payer := w.key("payer", hyperlanetest.User(2))
	return "stateDir: " + t.TempDir() + "\nlisten: 0\nrelayer: {interval: 10ms}\nchains:\n" + w.chain(0, payer) + w.chain(1, payer)
}

// run starts a program, and ends it with the test.
func (w *world) run(t *testing.T, text string, start agent.Start) *running {
	t.Helper()
	file := filepath.Join(t.TempDir(), "agent.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	ctx, stop := context.WithCancel(t.Context())
	r, done := &running{}, make(chan error, 1)
	go func() { done <- agent.Run(ctx, []string{file}, r, start, kinds(w.url)) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-done, r)
	})
	return r
}

// mine makes blocks until the test ends.
func (w *world) mine(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(5 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if err := w.Mine(1); err != nil {
					t.Error(err)
					return
				}
			}
		}
	}()
	t.Cleanup(func() { stop(); <-done })
}

func TestPrograms(t *testing.T) {
	w := newWorld(t)
	approvals := w.services.url + "/approvals"
	w.mine(t)
	validator := w.run(t, w.validatorFile(t), start(approvals))
	relay := w.run(t, w.relayerFile(t), start(approvals))

	// The default module: signed by the service, read from the bucket.
	relay.await(t, w.plain, ": final")
	store, err := kinds(w.url).Open(t.Context(), "team://validator-1", storage.Read)
	require.NoError(t, err)
	defer store.Close()
	signed, err := store.Checkpoint(t.Context(), 1)
	require.NoError(t, err)
	require.NoError(t, signed.Verify(hyperlanetest.ValidatorAccount(0).Address))
	assert.FileExists(t, filepath.Join(w.bucket, "validator-1", "checkpoint_1_with_id.json"))
	locations, err := w.Chains[0].ValidatorAnnounce().Locations(t.Context(), hyperlanetest.ValidatorAccount(0).Address)
	require.NoError(t, err)
	assert.Contains(t, locations[0], "team://validator-1")

	// The team's module: waits for the operator, and is delivered with the metadata of the builder.
	relay.await(t, w.guarded, "awaiting checkpoints", "the operator has not approved the message")
	w.services.approve(w.guarded, approvalOf(t, w.guarded, operator))
	relay.await(t, w.guarded, ": final: in block")
	last, err := w.Chains[1].TestRecipient().Last(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "guarded", string(last.Body))

	for _, name := range []string{"announcer", "validator", "payer"} {
		assert.NotZero(t, w.services.made(name), name)
	}
	assert.NotContains(t, validator.String()+relay.String(), w.services.token)
}

// The contract of these tests does check what it is given.
func TestModuleRefuses(t *testing.T) {
	w := newWorld(t)
	m := &message.Message{Version: message.Version, Origin: 1000, Destination: 2000, Body: []byte("guarded")}
	verify := func(metadata []byte) error {
		return w.Chains[1].Modules().Verify(t.Context(), operator.Address, w.module, metadata, m)
	}
	require.NoError(t, verify(approvalOf(t, m.ID(), operator)))
	require.ErrorIs(t, verify(approvalOf(t, message.ID{1}, operator)), hyperlane.ErrISMRefused, "another message")
	require.ErrorIs(t, verify(approvalOf(t, m.ID(), hyperlanetest.User(8))), hyperlane.ErrISMRefused, "another operator")
	require.ErrorIs(t, verify(nil), hyperlane.ErrISMRefused)
}

// A relayer without the builder says which type is missing, and how to register it.
func TestWithoutBuilder(t *testing.T) {
	w := newWorld(t)
	w.mine(t)
	relay := w.run(t, w.relayerFile(t), program.Relayer())
	relay.await(t, w.guarded, "no metadata", w.module.String()+" has type 200",
		"register a metadata.TypeBuilder for type 200", "ModuleTypes of relayer.Config")
}

func TestRefuses(t *testing.T) {
	w := newWorld(t)
	validator, relay := w.validatorFile(t), w.relayerFile(t)
	for name, c := range map[string]struct{ text, service, want string }{
		"kind of signer": {replace(t, validator, "kind: team-kms", "kind: team-kns"), "",
			"chains.chain0.signer.kind (agent.yaml:3) is team-kns, want team-kms; the kinds are env, file, keystore, team-kms"},
		"kind of storage": {replace(t, validator, "team://", "taem://"), "",
			"validator.storage (agent.yaml:6) is taem://validator-1, want team://; the schemes are file, gs, s3, team"},
		"key of a section": {replace(t, validator, "{env: KMS_TOKEN}", "{env: KMS_TOKEN}, urll: x"), "",
			"chains.chain0.signer.urll (agent.yaml:3) is an unknown key, want url"},
		"no token": {replace(t, validator, "KMS_TOKEN", "KMS_TOKEN_UNSET"), "", "chains.chain0.signer.token.env (agent.yaml:3)"},
		"folder":   {replace(t, validator, "team://validator-1", "team://../x"), "", `validator.storage (agent.yaml:6) is unusable`},
		"service":  {relay, "", "TEAM_APPROVALS is unset, want the URL of the service that approves messages"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "agent.yaml")
			require.NoError(t, os.WriteFile(file, []byte(c.text), 0o600))
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // an agent that starts runs until then
			defer cancel()
			err := agent.Run(ctx, []string{file}, &running{}, start(c.service), kinds(w.url))
			require.ErrorIs(t, err, evm.ErrConfig)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

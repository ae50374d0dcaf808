package main

import (
	"context"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/hyperlane/storage/storagetest"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// server starts a service that answers every request with handle, and returns its URL.
func server(t *testing.T, handle http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return s.URL
}

// answer returns a handler that answers with a status and a text.
func answer(status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}

// open returns the signer of a file whose section names the key at url.
func open(t *testing.T, url string, address common.Address) agent.Signer {
	t.Helper()
	t.Setenv("KMS_TOKEN", "0123456789abcdef")
	text := "stateDir: state\nchains: {one: {rpc: \"http://127.0.0.1:1\", chainId: 1, domain: 1, contracts: {mailbox: " + address.Hex() +
		"}, signer: {kind: team-kms, url: \"" + url + "\", address: " + address.Hex() + ", token: {env: KMS_TOKEN}}}}\n"
	file, err := agent.Parse("agent.yaml", []byte(text), kinds(""))
	require.NoError(t, err)
	signer, err := file.Chains[0].Signer.Open(t.Context())
	require.NoError(t, err)
	require.Equal(t, address, signer.Address())
	return signer
}

func TestSigner(t *testing.T) {
	s, account, digest := newServices(t), hyperlanetest.User(3), [32]byte{1, 2, 3}
	signature, err := open(t, s.addKey("one", account), account.Address).SignDigest(t.Context(), digest)
	require.NoError(t, err)
	by, err := signature.Recover(digest)
	require.NoError(t, err)
	assert.Equal(t, account.Address, by)

	_, err = open(t, s.addKey("other", hyperlanetest.User(4)), account.Address).SignDigest(t.Context(), digest)
	require.ErrorIs(t, err, checkpoint.ErrSigner, "the service uses another key")
	for status, url := range map[string]string{
		"have status 401, want 200":       server(t, answer(http.StatusUnauthorized, "who are you")),
		"not found":                       s.url + "/keys/none",
		"have an answer of 3 characters,": server(t, answer(http.StatusOK, "abc")),
	} {
		_, err = open(t, url, account.Address).SignDigest(t.Context(), digest)
		require.ErrorContains(t, err, status)
		assert.NotContains(t, err.Error(), "0123456789abcdef")
	}
}

// A service that hangs does not hold up an agent that stops.
func TestSignerEndsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	url := server(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body) // a server sees that a client is gone once it has read the request
		cancel()
		<-r.Context().Done()
	})
	_, err := open(t, url, hyperlanetest.User(3).Address).SignDigest(ctx, [32]byte{1})
	require.ErrorIs(t, err, context.Canceled)
}

func TestApprovals(t *testing.T) {
	m := &message.Message{Version: message.Version, Origin: 1000, Destination: 2000}
	module := ism.Unknown{Address: common.Address{1}, ModuleType: typeApproval}
	build := func(service string) (*metadata.Result, error) {
		return (&metadata.Builder{
			Modules: metadata.StaticModules{module.Address: module}, Origin: 1000,
			Types: metadata.Types{typeApproval: approvals(service)},
		}).Build(t.Context(), module.Address, m)
	}
	signature := approvalOf(t, m.ID(), operator)
	s := newServices(t)
	_, err := build(s.url + "/approvals")
	require.ErrorIs(t, err, metadata.ErrNotReady)
	require.ErrorContains(t, err, "the operator has not approved the message")
	s.approve(m.ID(), signature)
	result, err := build(s.url + "/approvals")
	require.NoError(t, err)
	assert.Equal(t, signature, result.Metadata)

	for want, answer := range map[string]http.HandlerFunc{
		"have status 500, want 200":         answer(http.StatusInternalServerError, ""),
		"have an answer of 128 characters,": answer(http.StatusOK, hex.EncodeToString(signature[:64])),
	} {
		_, err = build(server(t, answer))
		require.ErrorContains(t, err, want)
		require.NotErrorIs(t, err, metadata.ErrNotReady, "the service is broken")
	}
}

func TestStore(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) *storage.Store {
		store, err := teamBucket("file://"+t.TempDir()+"?metadata=skip").open(t.Context(), "team://validator-1", storage.Write)
		require.NoError(t, err)
		return store
	})
}

// Strangers announce what they like.
func TestLocations(t *testing.T) {
	bucket := teamBucket("file://" + t.TempDir())
	for _, location := range []string{"team://", "team://.", "team://..", "team://../x", "team://x/../../y", "team:///x", "team://x/", `team://..\x`, "s3://x"} {
		_, err := bucket.open(t.Context(), location, storage.Read)
		require.ErrorIs(t, err, storage.ErrLocation, location)
	}
	_, err := teamBucket("").open(t.Context(), "team://x", storage.Read)
	require.ErrorIs(t, err, storage.ErrBucket)
	require.ErrorContains(t, err, "TEAM_BUCKET")
	store, err := bucket.open(t.Context(), "team://x", storage.Read)
	require.NoError(t, err)
	defer store.Close()
	require.ErrorIs(t, store.WriteLatestIndex(t.Context(), 1), storage.ErrReadOnly)
}

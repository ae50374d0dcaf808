package main

import (
	"bytes"
	"crypto/ecdsa"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/vm"
	evmcode "github.com/ethereum/go-ethereum/core/vm/program"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/message"
)

// deployModule deploys the team's contract: moduleType() returns 200, and verify(metadata, message)
// returns whether the metadata is the operator's signature over the message id.
func deployModule(t *testing.T, c *hyperlanetest.Chain, operator common.Address) common.Address {
	t.Helper()
	const metadata = 4 + 3*32 // where the bytes of the metadata begin: after selector, two offsets and their length
	moduleType := evmcode.New().Push(int(typeApproval)).Push0().Op(vm.MSTORE).Return(0, 32).Bytes()
	const branch = 7 // bytes of the next line
	code := evmcode.New().Push(4).Op(vm.CALLDATASIZE, vm.GT).Push(branch + len(moduleType)).Op(vm.JUMPI)
	code, verify := code.Append(moduleType).Jumpdest()
	require.EqualValues(t, branch+len(moduleType), verify)

	// memory[0:] = the message, then memory[0:32] = its hash, which is the message id
	code.Push(4+32).Op(vm.CALLDATALOAD).Push(4).Op(vm.ADD, vm.DUP1, vm.CALLDATALOAD, vm.DUP1, vm.DUP3).Push(32).Op(vm.ADD)
	code.Push0().Op(vm.CALLDATACOPY).Push0().Op(vm.KECCAK256).Push0().Op(vm.MSTORE)
	// memory[32:64] = v, memory[64:128] = r and s
	code.Push(metadata + 64).Op(vm.CALLDATALOAD).Push(248).Op(vm.SHR).Push(32).Op(vm.MSTORE)
	code.Push(64).Push(metadata).Push(64).Op(vm.CALLDATACOPY)
	// return ecrecover(memory[0:128]) == operator
	code.StaticCall(nil, 1, 0, 128, 0, 32).Op(vm.POP).Push0().Op(vm.MLOAD).Push(operator).Op(vm.EQ)
	code.Push0().Op(vm.MSTORE).Return(0, 32)
	return deploy(t, c, code)
}

// deployRecipient deploys a recipient that returns zero to everything: it has the default module,
// and accepts every message.
func deployRecipient(t *testing.T, c *hyperlanetest.Chain) common.Address {
	t.Helper()
	return deploy(t, c, evmcode.New().Return(0, 32))
}

func deploy(t *testing.T, c *hyperlanetest.Chain, code *evmcode.Program) common.Address {
	t.Helper()
	init := evmcode.New().ReturnViaCodeCopy(code.Bytes()).Bytes()
	at, err := c.Deploy(t.Context(), c.Transactor(0), evm.NewDeployment("deploy", init))
	require.NoError(t, err)
	return at
}

// services are the team's: /keys/NAME signs a digest, /approvals/ID returns the signature of the
// operator.
type services struct {
	url   string
	token string // of the keys

	mu         sync.Mutex
	keys       map[string]*ecdsa.PrivateKey
	signatures map[string]int // made with each key
	approvals  map[string][]byte
}

func newServices(t *testing.T) *services {
	s := &services{token: "0123456789abcdef", keys: map[string]*ecdsa.PrivateKey{}, signatures: map[string]int{}, approvals: map[string][]byte{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /keys/{name}", s.sign)
	mux.HandleFunc("GET /approvals/{id}", s.approval)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// addKey adds an account's key and returns its URL.
func (s *services) addKey(name string, account hyperlanetest.Account) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys[name] = account.Key
	return s.url + "/keys/" + name
}

// made returns how many signatures a key has made.
func (s *services) made(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.signatures[name]
}

// approve publishes a signature for a message.
func (s *services) approve(id message.ID, signature []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.approvals[id.String()] = signature
}

func (s *services) sign(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := r.PathValue("name")
	digest, err := io.ReadAll(r.Body)
	switch {
	case err != nil:
		return
	case r.Header.Get("Authorization") != "Bearer "+s.token:
		w.WriteHeader(http.StatusUnauthorized)
		return
	case s.keys[name] == nil:
		w.WriteHeader(http.StatusNotFound)
		return
	}
	signature, err := crypto.Sign(digest, s.keys[name])
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.signatures[name]++
	_, _ = io.WriteString(w, hex.EncodeToString(signature))
}

func (s *services) approval(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	signature, ok := s.approvals[r.PathValue("id")]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	_, _ = io.WriteString(w, hex.EncodeToString(signature))
}

// approvalOf signs a message id as the contract wants it.
func approvalOf(t *testing.T, id message.ID, by hyperlanetest.Account) []byte {
	t.Helper()
	signature, err := crypto.Sign(id[:], by.Key)
	require.NoError(t, err)
	signature[64] += 27
	return signature
}

// running is a program that runs. It takes the program's log, which has the address that it serves.
type running struct {
	mu  sync.Mutex
	log bytes.Buffer
}

func (r *running) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.log.Write(p)
}

func (r *running) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.log.String()
}

var served = regexp.MustCompile(`address=(127\.0\.0\.1:\d+)`)

// await waits until the program's status of a message has all parts.
func (r *running) await(t *testing.T, id message.ID, parts ...string) {
	t.Helper()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		address := served.FindStringSubmatch(r.String())
		require.NotNil(c, address, "the program serves nothing yet")
		response, err := http.Get("http://" + address[1] + "/messages/" + id.String() + "?format=text")
		require.NoError(c, err)
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		require.NoError(c, err)
		for _, part := range parts {
			assert.Contains(c, string(text), part)
		}
	}, time.Minute, 10*time.Millisecond)
}

// replace replaces a part that the text must have.
func replace(t *testing.T, text, old, with string) string {
	t.Helper()
	require.Contains(t, text, old)
	return strings.Replace(text, old, with, 1)
}

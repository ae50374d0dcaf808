package agent_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"

	"github.com/ethereum/go-ethereum/crypto"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// A file is read before anything that it names is opened. An error names the key and the line.
func ExampleParse() {
	text := `
stateDir: /var/lib/hyperlane
chains:
  ethereum:
    rpc: https://eth.example
    chainId: 1
    domain: 1
    contracts: {mailbox: "0xc005dc82818d67AF737725bD4bf75435d065D239"}
    reorgPeriod: 15
`
	file, err := agent.Parse("relayer.yaml", []byte(text), agent.Kinds{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(file.Chains[0].Name, "is final after", file.Chains[0].ReorgPeriod, "blocks")

	_, err = agent.Parse("relayer.yaml", []byte(text+"    gascap: 100\n"), agent.Kinds{})
	fmt.Println(err)
	_, err = agent.Parse("relayer.yaml", []byte(text+"relayer: {interval: 5}\n"), agent.Kinds{})
	fmt.Println(err)
	// Output:
	// ethereum is final after 15 blocks
	// configuration: chains.ethereum.gascap (relayer.yaml:10) is an unknown key, want gasCap; the keys here are rpc, chainId, domain, contracts, from, reorgPeriod, signer, window, gasMargin, gasCap
	// configuration: relayer.interval (relayer.yaml:10) is 5, want a time with its unit, such as 5s or 2m (did you mean 5s?)
}

// A program adds a kind of key, here one that asks a KMS for each signature.
func ExampleKinds() {
	kms, _ := crypto.GenerateKey() // stands for the key in the KMS
	kinds := agent.Kinds{Signers: map[string]agent.OpenSigner{
		"my-kms": func(ctx context.Context, p agent.Params) (agent.Signer, error) {
			var section struct {
				Region string       `yaml:"region" required:"a region such as eu-central-1"`
				Token  agent.Secret `yaml:"token"`
			}
			if err := p.Decode(&section); err != nil {
				return nil, err
			}
			address := crypto.PubkeyToAddress(kms.PublicKey) // from the KMS
			return checkpoint.SignerFunc(address, func(ctx context.Context, digest [32]byte) ([]byte, error) {
				return crypto.Sign(digest[:], kms) // by the KMS
			}), nil
		},
	}}
	text := `
stateDir: /var/lib/hyperlane
chains:
  ethereum:
    rpc: https://eth.example
    chainId: 1
    domain: 1
    contracts: {mailbox: "0xc005dc82818d67AF737725bD4bf75435d065D239"}
    signer: {kind: my-kms, region: eu-central-1}
`
	file, err := agent.Parse("relayer.yaml", []byte(text), kinds)
	if err != nil {
		fmt.Println(err)
		return
	}
	signer, err := file.Chains[0].Signer.Open(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(signer.Address() == crypto.PubkeyToAddress(kms.PublicKey))
	// Output:
	// true
}

// An agent of one's own has the same file, log and life as those of this module. A main function
// calls Main instead.
func ExampleRun() {
	dir, err := os.MkdirTemp("", "agent")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "agent.yaml")
	text := `
stateDir: state
chains:
  ethereum:
    rpc: https://eth.example
    chainId: 1
    domain: 1
    contracts: {mailbox: "0xc005dc82818d67AF737725bD4bf75435d065D239"}
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	start := func(ctx context.Context, s *agent.Setup) (*agent.Service, error) {
		return &agent.Service{
			Run: func(ctx context.Context) error {
				fmt.Println("watching", s.Chains[0].Name)
				return errors.New("out of coffee")
			},
			Close: func() error { fmt.Println("closed"); return nil },
		}, nil
	}
	var log bytes.Buffer
	fmt.Println(agent.Run(context.Background(), []string{path}, &log, start, agent.Kinds{}))
	// Output:
	// watching ethereum
	// closed
	// out of coffee
}

// Health and metrics of any program, without a file.
func ExampleNewHandler() {
	handler := agent.NewHandler(agent.Served{Health: func() error { return errors.New("node of ethereum does not answer") }})
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest("GET", "/healthz", nil))
	fmt.Print(w.Code, " ", w.Body)
	// Output:
	// 503 node of ethereum does not answer
}

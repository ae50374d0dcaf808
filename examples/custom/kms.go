package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// openKMS makes the signer of a section with kind: team-kms. The service signs a digest with a key
// that does not leave it.
func openKMS(_ context.Context, p agent.Params) (agent.Signer, error) {
	var section struct {
		URL     string         `yaml:"url" required:"the URL of the key"`
		Address common.Address `yaml:"address" required:"the address of the key"`
		Token   agent.Secret   `yaml:"token" required:"the token of the service, as {env: NAME} or {file: PATH}"`
	}
	if err := p.Decode(&section); err != nil {
		return nil, err
	}
	token, err := section.Token.Read() // errors and logs of the agent do not show it
	if err != nil {
		return nil, err
	}
	// SignerFunc refuses a signature that is not by the address.
	return checkpoint.SignerFunc(section.Address, func(ctx context.Context, digest [32]byte) ([]byte, error) {
		return ask(ctx, http.MethodPost, section.URL, token, digest[:])
	}), nil
}

// errAbsent reports an answer with status 404.
var errAbsent = errors.New("not found")

// ask sends a request to a service of the team, which answers with 65 bytes in hexadecimal. It ends
// with ctx.
func ask(ctx context.Context, method, url, token string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() //nolint:errcheck // the answer is read before
	text, err := io.ReadAll(io.LimitReader(response.Body, 1024))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", url, err)
	case response.StatusCode == http.StatusNotFound:
		return nil, fmt.Errorf("%s: %w", url, errAbsent)
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s: have status %d, want 200", url, response.StatusCode)
	}
	signature, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(signature) != checkpoint.SignatureLength {
		return nil, fmt.Errorf("%s: have an answer of %d characters, want %d bytes in hexadecimal", url, len(text), checkpoint.SignatureLength)
	}
	return signature, nil
}

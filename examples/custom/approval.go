package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/metadata"
)

// typeApproval is what moduleType() of the team's contract returns. The network uses low numbers.
//
// The contract accepts a message that the team's operator has approved. The metadata is the
// operator's signature over the message id: r, s and v, 65 bytes.
const typeApproval ism.ModuleType = 200

// approvals builds metadata for modules of [typeApproval]. It is the URL of a service that returns
// the signature for a message id, or 404 while the operator has not approved the message.
type approvals string

// BuildMetadata implements [metadata.TypeBuilder]. The relayer simulates every delivery, so a wrong
// signature costs no gas.
func (a approvals) BuildMetadata(ctx context.Context, r *metadata.Request) ([]byte, error) {
	signature, err := ask(ctx, http.MethodGet, string(a)+"/"+r.Message.ID().String(), "", nil)
	if errors.Is(err, errAbsent) { // the relayer tries again soon
		return nil, fmt.Errorf("%w: the operator has not approved the message", metadata.ErrNotReady)
	}
	return signature, err
}

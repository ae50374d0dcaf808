// Command custom is the validator and the relayer of a team that adds parts of its own to the SDK.
// It is a Go module of its own, outside the SDK, and uses what every other module can import:
//
//   - approval.go: a builder of metadata for the team's security module (ISM);
//   - kms.go: a kind of signer, for keys in the team's key management service;
//   - bucket.go: a kind of storage, for the team's bucket of checkpoints.
//
// Its only argument is a configuration file. The file names the kinds as it names those of the SDK:
//
//	chains:
//	  ethereum:
//	    signer: {kind: team-kms, url: https://kms/payer, address: "0x...", token: {env: KMS_TOKEN}}
//	validator:
//	  signer: {kind: team-kms, url: https://kms/signer, address: "0x...", token: {env: KMS_TOKEN}}
//	  storage: team://validator-1
//
// The environment has the rest. TEAM_BUCKET is the URL of the bucket, such as
// file:///mnt/checkpoints?no_tmp_dir=true. TEAM_APPROVALS is the URL of the service that approves
// messages; only the relayer needs it.
package main

import (
	"context"
	"os"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/agent/program"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/ism/metadata"
)

func main() { agent.Main(start(os.Getenv("TEAM_APPROVALS")), kinds(os.Getenv("TEAM_BUCKET"))) }

// kinds are the kinds of signer and of storage that this program adds.
func kinds(bucket string) agent.Kinds {
	return agent.Kinds{
		Signers: map[string]agent.OpenSigner{"team-kms": openKMS},
		Stores:  map[string]agent.OpenStore{"team": teamBucket(bucket).open},
	}
}

// start runs the validator where the file has a section for it, and otherwise the relayer.
func start(service string) agent.Start {
	relay := program.Relayer(func(c *relayer.Config) {
		c.ModuleTypes = metadata.Types{typeApproval: approvals(service)}
	})
	return func(ctx context.Context, s *agent.Setup) (*agent.Service, error) {
		switch {
		case s.Validator != nil:
			return program.Validator()(ctx, s)
		case service == "":
			return nil, &evm.ConfigError{Field: "TEAM_APPROVALS", Have: "unset", Want: "the URL of the service that approves messages"}
		}
		return relay(ctx, s)
	}
}

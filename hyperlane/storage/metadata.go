package storage

import (
	"context"
	"encoding/json"

	"github.com/ethereum/go-ethereum/common"
)

// Metadata is what a validator tells about itself (protocol specification, section 5.6).
type Metadata struct {
	GitSHA              string `json:"git_sha"`                          // version of the program
	RPCs                []RPC  `json:"rpcs"`                             // nodes that it reads; nil is written as an empty list
	AdditionalQuorumRPC []RPC  `json:"additional_quorum_rpcs,omitempty"` // nodes that must agree with those
	AllowsPublicRPCs    bool   `json:"allows_public_rpcs"`               // whether public nodes may be among them
}

// RPC names an endpoint without giving it away: keccak of its URL and of its
// host name.
type RPC struct {
	URLHash  common.Hash `json:"url_hash"`  // Keccak-256 of the whole URL
	HostHash common.Hash `json:"host_hash"` // Keccak-256 of its host name
}

// Metadata reads the agent metadata.
func (s *Store) Metadata(ctx context.Context) (Metadata, error) {
	key := s.key(s.layout.names().metadata)
	data, err := s.read(ctx, key)
	if err != nil {
		return Metadata{}, err
	}
	var m Metadata
	if err := json.Unmarshal(data, &m); err != nil {
		return Metadata{}, malformed(key, err)
	}
	return m, nil
}

// WriteMetadata publishes the agent metadata, replacing any other.
func (s *Store) WriteMetadata(ctx context.Context, m Metadata) error {
	if m.RPCs == nil {
		m.RPCs = []RPC{} // official readers want a list, not null
	}
	return s.writeJSON(ctx, s.layout.names().metadata, m)
}

package storage

import (
	"context"
	"encoding/json"

	"github.com/ethereum/go-ethereum/common"
)

// Metadata describes the program of a validator (Protocol 5.6).
type Metadata struct {
	GitSHA               string `json:"git_sha"`                          // version of the program
	RPCs                 []RPC  `json:"rpcs"`                             // nodes that it reads; nil is written as an empty list
	AdditionalQuorumRPCs []RPC  `json:"additional_quorum_rpcs,omitempty"` // nodes that must agree with those
	AllowsPublicRPCs     bool   `json:"allows_public_rpcs"`               // whether public nodes may be among them
}

// RPC identifies the endpoint of a node without revealing it.
type RPC struct {
	URLHash  common.Hash `json:"url_hash"`  // Keccak-256 of the whole URL
	HostHash common.Hash `json:"host_hash"` // Keccak-256 of the host name
}

// Metadata reads the metadata. It fails with [ErrNotFound], [ErrMalformed] or [ErrBucket].
func (s *Store) Metadata(ctx context.Context) (Metadata, error) {
	key := s.key(s.layout.names().metadata)
	data, err := s.read(ctx, key)
	if err != nil {
		return Metadata{}, err
	}
	var m Metadata
	if err := json.Unmarshal(data, &m); err != nil {
		return Metadata{}, s.objectError(ErrMalformed, key, err)
	}
	return m, nil
}

// WriteMetadata publishes the metadata, replacing any other.
func (s *Store) WriteMetadata(ctx context.Context, m Metadata) error {
	if m.RPCs == nil {
		m.RPCs = []RPC{} // official readers want a list, not null
	}
	return s.writeJSON(ctx, s.layout.names().metadata, m)
}

package contracts

import "github.com/hyperlane-go/sdk/contracts/internal/codec"

// Artifact is what the compiler made of a contract or an interface. It is embedded as committed and parsed when it is
// first used; a program contains only the artifacts that it refers to.
type Artifact = codec.Artifact

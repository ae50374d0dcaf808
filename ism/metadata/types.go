package metadata

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hyperlane-go/sdk/ism"
)

// TypeBuilder builds the metadata of one module type. Register it in [Types].
type TypeBuilder interface {
	// BuildMetadata returns the metadata with which the module of r accepts the message of r. It
	// returns an empty slice, not nil, where the module wants no metadata. It may be called from
	// several goroutines at once, and returns early when ctx ends.
	//
	// An error of class [ErrNotReady] says that trying again soon is worth it.
	BuildMetadata(ctx context.Context, r *Request) ([]byte, error)
}

// TypeBuilderFunc is a function as a [TypeBuilder].
type TypeBuilderFunc func(ctx context.Context, r *Request) ([]byte, error)

// BuildMetadata calls f.
func (f TypeBuilderFunc) BuildMetadata(ctx context.Context, r *Request) ([]byte, error) {
	if f == nil {
		return nil, fmt.Errorf("%w: TypeBuilderFunc is nil", ErrBuilder)
	}
	return f(ctx, r)
}

// Types are the builders that a caller registers, by module type: in [Builder.Types], or in the
// field ModuleTypes of a relayer's configuration.
//
// The walker calls a registered builder for each module of its type, at the root of a tree and
// inside other modules. It trusts the builder with nothing: metadata is checked with the Verify
// method of the module value, unless that is of class [ism.ErrNoVerifier]; a builder that returns
// neither metadata nor error, panics, or does not return within [Builder.TypeTimeout] fails its own
// module and no other.
type Types map[ism.ModuleType]TypeBuilder

// Override marks a builder as a replacement of the one that this package has for the type.
func Override(b TypeBuilder) TypeBuilder { return override{b} }

type override struct{ TypeBuilder }

// Validate returns an error of class [ErrBuilder] for the first type whose builder is nil, or
// replaces one of this package without [Override].
func (t Types) Validate() error {
	for _, kind := range slices.Sorted(maps.Keys(t)) {
		b := t[kind]
		replaces, marked := b.(override)
		if marked {
			b = replaces.TypeBuilder
		}
		switch {
		case b == nil:
			return fmt.Errorf("%w: builder registered for %v is nil", ErrBuilder, kind)
		case !marked && builtIn(kind) != nil:
			return fmt.Errorf("%w: %v has a builder already: remove yours, or register metadata.Override(yours) to replace it", ErrBuilder, kind)
		}
	}
	return nil
}

// builtIn returns the builder that this package has for a type, or nil.
func builtIn(t ism.ModuleType) TypeBuilder {
	switch t {
	case ism.TypeNull:
		return TypeBuilderFunc(null)
	case ism.TypeMessageIDMultisig:
		return TypeBuilderFunc(messageID)
	case ism.TypeMerkleRootMultisig:
		return TypeBuilderFunc(merkleRoot)
	default:
		return nil
	}
}

package agent

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
)

// Kinds are the kinds of key and of storage that a file can name beside those of this package. The
// zero Kinds adds none.
type Kinds struct {
	// Signers make the signer of a section such as {kind: my-kms, region: eu-central-1}, by the
	// text of kind.
	Signers map[string]OpenSigner
	// Stores open the storage at a location such as ipfs://folder, by the scheme in front of "://".
	// They also serve the relayer, which then reads the locations that validators announce under
	// this scheme.
	Stores map[string]OpenStore

	hidden *hidden // set by Parse
}

// OpenSigner makes the signer that a section of the file describes.
type OpenSigner func(ctx context.Context, p Params) (Signer, error)

// OpenStore opens a storage: with storage.Write for the validator that owns it, with storage.Read
// for others.
type OpenStore func(ctx context.Context, location string, access storage.Access) (*storage.Store, error)

// builtin are the kinds of key of this package.
var builtin = map[string]OpenSigner{"env": envSigner, "file": fileSigner, "keystore": keystoreSigner}

// signer returns how to make a signer of a kind, or nil.
func (k Kinds) signer(kind string) OpenSigner {
	if open := k.Signers[kind]; open != nil {
		return open
	}
	return builtin[kind]
}

// signerNames lists the kinds of key.
func (k Kinds) signerNames() []string {
	names := slices.Collect(maps.Keys(builtin))
	for name := range k.Signers {
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Adds reports whether a location has a scheme of Stores, which the network's own agents cannot
// read.
func (k Kinds) Adds(location string) bool {
	scheme, _, found := strings.Cut(location, "://")
	return found && k.Stores[scheme] != nil
}

// wantStorage says what a location must be. It lists the schemes where the one of location is
// unknown, the nearest first.
func (k Kinds) wantStorage(location string) string {
	schemes := []string{string(storage.KindLocal), string(storage.KindGCS), string(storage.KindS3)}
	for name := range k.Stores {
		schemes = append(schemes, name)
	}
	slices.Sort(schemes)
	schemes = slices.Compact(schemes)
	want := "a location such as s3://bucket/us-east-1"
	scheme, _, _ := strings.Cut(location, "://")
	if slices.Contains(schemes, scheme) {
		return want
	}
	if near, ok := nearest(scheme, schemes); ok {
		want = near + "://"
	}
	return want + "; the schemes are " + strings.Join(schemes, ", ")
}

// Open opens a location with the store of its scheme, or with storage.Open.
func (k Kinds) Open(ctx context.Context, location string, access storage.Access) (*storage.Store, error) {
	if !k.Adds(location) {
		return storage.Open(ctx, location, access)
	}
	scheme, _, _ := strings.Cut(location, "://")
	store, err := k.Stores[scheme](ctx, location, access)
	if err == nil && store == nil {
		err = fmt.Errorf("agent: the store of kind %q returned neither a store nor an error", scheme)
	}
	return store, err
}

// hide keeps a secret out of logs.
func (k Kinds) hide(text string) { k.hidden.add(text) }

// Params is the section of a file that describes a signer.
type Params struct {
	d    *decoder
	path string
	node *yaml.Node
}

// Decode reads the section into a struct whose fields have yaml tags; the key kind is read already.
// Fields can be strings, numbers, booleans, durations, addresses, lists, structs and [Secret]; a
// field with a tag `required:"what is wanted"` must be there. Errors name the key, and the line in
// the file.
func (p Params) Decode(into any) error {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("agent: %s: Decode wants a pointer to a struct, have %T", p.path, into)
	}
	return p.d.mapping(p.path, p.node, v.Elem(), "kind")
}

// Refuse returns an error about a key of the section: what it is, what is wanted, and the cause,
// which can be nil. None of the texts may hold a secret.
func (p Params) Refuse(key, have, want string, err error) error {
	return p.d.refuse(join(p.path, key), have, want, err)
}

// Hide keeps a text that the signer has read itself, such as a session token, out of the agent's
// log and error line.
func (p Params) Hide(secret string) { p.d.kinds.hide(secret) }

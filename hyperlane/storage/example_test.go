package storage_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/ethereum/go-ethereum/crypto"
	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// Open a directory for writing. A missing object is a class of its own.
func ExampleOpen() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "checkpoints")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()

	store, err := storage.Open(ctx, "file://"+dir, storage.Write)
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = store.Close() }()

	fmt.Println(store.WriteLatestIndex(ctx, 41))
	fmt.Println(store.WriteLatestIndex(ctx, 7)) // the index never moves back
	fmt.Println(store.LatestIndex(ctx))
	_, err = store.Checkpoint(ctx, 41)
	fmt.Println(errors.Is(err, storage.ErrNotFound))
	// Output:
	// <nil>
	// <nil>
	// 41 <nil>
	// true
}

// Put a store into a bucket that no location names, such as one of Azure.
func ExampleNew() {
	ctx := context.Background()
	bucket := memblob.OpenBucket(nil) // blob.OpenBucket(ctx, "azblob://CONTAINER")
	store := storage.New(bucket, storage.S3,
		storage.WithFolder("ethereum"), storage.WithLocation("azblob://container/ethereum"))
	defer func() { _ = store.Close() }()

	_, err := store.Checkpoint(ctx, 41)
	fmt.Println(err)
	// Output:
	// storage: not found: object "ethereum/checkpoint_41_with_id.json" of azblob://container/ethereum
}

// Read a location as a validator announces it.
func ExampleParseLocation() {
	l, err := storage.ParseLocation("s3://hyperlane-test/us-east-1/validator/one")
	fmt.Println(l.Bucket, l.Region, l.Folder, err)
	_, err = storage.ParseLocation("s3://hyperlane-test")
	fmt.Println(err)
	// Output:
	// hyperlane-test us-east-1 validator/one <nil>
	// storage: malformed location: "s3://hyperlane-test": has no region, want s3://BUCKET/REGION[/FOLDER], gs://BUCKET[/FOLDER]/gcsAnnouncementKey or file:///DIRECTORY
}

// Publish a checkpoint. Writing it again changes nothing; another checkpoint of the same signer at
// the same index is refused, and the first one stays.
func ExampleStore_WriteCheckpoint() {
	ctx := context.Background()
	store := storage.NewMemory()
	defer func() { _ = store.Close() }()

	key, err := crypto.HexToECDSA("1111111111111111111111111111111111111111111111111111111111111111")
	if err != nil {
		log.Fatal(err)
	}
	signer := checkpoint.NewKeySigner(key)
	sign := func(root merkle.Hash) checkpoint.Signed {
		signed, err := checkpoint.Sign(ctx, signer, checkpoint.Checkpoint{
			Origin: 1000, Tree: message.Address{31: 1}, Root: root, Index: 41, MessageID: message.ID{1},
		})
		if err != nil {
			log.Fatal(err)
		}
		return signed
	}

	written, err := store.WriteCheckpoint(ctx, sign(merkle.Hash{1}))
	fmt.Println(written == storage.Created, err)
	written, err = store.WriteCheckpoint(ctx, sign(merkle.Hash{1}))
	fmt.Println(written == storage.Unchanged, err)
	_, err = store.WriteCheckpoint(ctx, sign(merkle.Hash{2}))
	fmt.Println("refused:", errors.Is(err, storage.ErrConflict))

	read, err := store.Checkpoint(ctx, 41)
	fmt.Println(read.Index, read.Verify(signer.Address()), err)
	// Output:
	// true <nil>
	// true <nil>
	// refused: true
	// 41 <nil> <nil>
}

// List the published checkpoints.
func ExampleStore_Indexes() {
	ctx := context.Background()
	store := storage.NewMemory()
	defer func() { _ = store.Close() }()
	if err := store.Bucket().WriteAll(ctx, store.CheckpointKey(41), nil, nil); err != nil {
		log.Fatal(err)
	}
	for index, err := range store.Indexes(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(index)
	}
	// Output: 41
}

// Check whether a validator reported a reorganization of its chain.
func ExampleStore_Reorg() {
	ctx := context.Background()
	store := storage.NewMemory()
	defer func() { _ = store.Close() }()
	if err := store.WriteReorg(ctx, storage.ReorgFlag{Index: 41, ReorgPeriod: "finalized"}); err != nil {
		log.Fatal(err)
	}
	flag, present, err := store.Reorg(ctx)
	fmt.Println(flag.Index, flag.ReorgPeriod, present, err)
	// Output: 41 finalized true <nil>
}

// Publish an announcement and read it back.
func ExampleStore_WriteAnnouncement() {
	ctx := context.Background()
	key, err := crypto.HexToECDSA("1111111111111111111111111111111111111111111111111111111111111111")
	if err != nil {
		log.Fatal(err)
	}
	signer := checkpoint.NewKeySigner(key)
	signed, err := checkpoint.SignAnnouncement(ctx, signer, checkpoint.Announcement{
		Validator: signer.Address(), Mailbox: message.Address{31: 1}, Origin: 1000, Location: "s3://hyperlane-test/us-east-1",
	})
	if err != nil {
		log.Fatal(err)
	}
	store := storage.NewMemory()
	defer func() { _ = store.Close() }()
	if err := store.WriteAnnouncement(ctx, signed); err != nil {
		log.Fatal(err)
	}
	read, err := store.Announcement(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(read.Location, read.Verify())
	// Output: s3://hyperlane-test/us-east-1 <nil>
}

// Describe the validator's program, and read the description back.
func ExampleStore_WriteMetadata() {
	ctx := context.Background()
	store := storage.NewMemory()
	defer func() { _ = store.Close() }()
	if err := store.WriteMetadata(ctx, storage.Metadata{GitSHA: "abc123", AllowsPublicRPCs: true}); err != nil {
		log.Fatal(err)
	}
	metadata, err := store.Metadata(ctx)
	fmt.Println(metadata.GitSHA, metadata.AllowsPublicRPCs, err)
	// Output: abc123 true <nil>
}

// Open locations of a kind of your own service: replace the driver of s3.
func ExampleRegister() {
	storage.Register(storage.KindS3, func(_ context.Context, l storage.Location, _ storage.Access) (*blob.Bucket, error) {
		fmt.Println("open bucket", l.Bucket, "in", l.Region)
		return memblob.OpenBucket(nil), nil
	})
	defer storage.Register(storage.KindS3, nil)

	store, err := storage.Open(context.Background(), "s3://hyperlane-test/us-east-1", storage.Read)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(store, store.Close())
	// Output:
	// open bucket hyperlane-test in us-east-1
	// s3://hyperlane-test/us-east-1 <nil>
}

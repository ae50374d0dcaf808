package storage_test

import (
	"context"
	"fmt"
	"os"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
)

func ExampleOpen() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "checkpoints")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()

	store, err := storage.Open(ctx, "file://"+dir, storage.Write)
	if err != nil {
		panic(err)
	}
	defer func() { _ = store.Close() }()

	fmt.Println(store.WriteLatestIndex(ctx, 41))
	fmt.Println(store.WriteLatestIndex(ctx, 7)) // never back
	fmt.Println(store.LatestIndex(ctx))
	_, err = store.Checkpoint(ctx, 41)
	fmt.Println(err)
	// Output:
	// <nil>
	// <nil>
	// 41 <nil>
	// storage: not found: "41_with_id.json"
}

func ExampleParseLocation() {
	l, err := storage.ParseLocation("s3://hyperlane-test/us-east-1/validator/one")
	fmt.Println(l.Bucket, l.Region, l.Folder, err)
	_, err = storage.ParseLocation("s3://hyperlane-test")
	fmt.Println(err)
	// Output:
	// hyperlane-test us-east-1 validator/one <nil>
	// storage: bad location: "s3://hyperlane-test": no region; want s3://BUCKET/REGION[/FOLDER], gs://BUCKET[/FOLDER]/gcsAnnouncementKey or file:///DIRECTORY
}

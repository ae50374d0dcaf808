package storagetest_test

import (
	"testing"

	"gocloud.dev/blob/memblob"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/hyperlane/storage/storagetest"
)

// Check a bucket from a test: func TestMyStore(t *testing.T).
func ExampleRun() {
	testMyStore := func(t *testing.T) {
		storagetest.Run(t, func(*testing.T) *storage.Store {
			return storage.New(memblob.OpenBucket(nil), storage.S3, storage.WithFolder("validator"))
		})
	}
	_ = testMyStore
}

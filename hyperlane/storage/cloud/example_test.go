package cloud_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/hyperlane/storage/cloud"
)

// Read from another service with the S3 API.
func ExampleConfig_Register() {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Method, r.URL.Path, "anonymous:", r.Header.Get("Authorization") == "")
		_, _ = w.Write([]byte("41"))
	}))
	defer service.Close()

	cloud.Config{S3Endpoint: service.URL}.Register()
	defer cloud.Config{}.Register()

	store, err := storage.Open(context.Background(), "s3://my-bucket/us-east-1", storage.Read)
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	fmt.Println(store.LatestIndex(context.Background()))
	// Output:
	// GET /my-bucket/checkpoint_latest_index.json anonymous: true
	// 41 <nil>
}

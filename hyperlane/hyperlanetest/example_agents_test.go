package hyperlanetest_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
)

// A paused validator signs nothing. Two of three are enough.
func ExampleValidator_Pause() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	absent := n.Chains[0].Validators[0]
	absent.Pause()
	sent, err := n.Chains[0].Dispatch(ctx, n.Chains[1], []byte("hello"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("relay:", n.Relay(ctx))
	_, published := absent.Storage.Read("checkpoint_0_with_id.json")
	fmt.Println("published:", published)
	absent.Resume()
	fmt.Println("step:", absent.Step(ctx))
	_, published = absent.Storage.Read("checkpoint_0_with_id.json")
	fmt.Println("published:", published, sent.LeafIndex)
	// Output:
	// relay: <nil>
	// published: false
	// step: <nil>
	// published: true 0
}

// Agents continue from their files after a restart.
func ExampleRelayer_Restart() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	sent, err := n.Chains[0].Dispatch(ctx, n.Chains[1], []byte("hello"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("relay:", n.Relay(ctx))
	fmt.Println("restart:", n.Relayer.Restart())
	status, err := n.Relayer.Status(sent.ID)
	fmt.Println(status.Stage, err)
	// Output:
	// relay: <nil>
	// restart: <nil>
	// final <nil>
}

// The relayer says where a message is, and why it is not delivered.
func ExampleRelayer_Status() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	n.Chains[0].Validators[1].Storage.FailReads(nil)
	n.Chains[0].Validators[2].Storage.FailReads(nil)
	sent, err := n.Chains[0].Dispatch(ctx, n.Chains[1], []byte("hello"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("stuck:", errors.Is(n.Relay(ctx), hyperlanetest.ErrStuck))
	status, err := n.Relayer.Status(sent.ID)
	fmt.Println(status.Stage, err)
	// Output:
	// stuck: true
	// awaiting checkpoints <nil>
}

// A bucket that refuses to be written keeps its validator from publishing.
func ExampleStorage_FailWrites() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	v := n.Chains[0].Validators[0]
	v.Storage.FailWrites(errors.New("access denied"))
	sent, err := n.Chains[0].Dispatch(ctx, n.Chains[1], []byte("hello"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("failed:", v.Step(ctx) != nil)
	v.Storage.Repair()
	fmt.Println("repaired:", v.Step(ctx))
	_, err = v.Storage.Open().Checkpoint(ctx, sent.LeafIndex)
	fmt.Println("published:", err)
	// Output:
	// failed: true
	// repaired: <nil>
	// published: <nil>
}

// The owner of a bucket can write anything into it. Readers refuse what is no checkpoint.
func ExampleStorage_Write() {
	ctx := context.Background()
	bucket := hyperlanetest.NewStorage("s3://bucket/region")
	store := bucket.Open()
	bucket.Write(store.CheckpointKey(0), []byte("{}"))
	_, err := store.Checkpoint(ctx, 0)
	fmt.Println(errors.Is(err, storage.ErrMalformed))
	bucket.Delete(store.CheckpointKey(0))
	_, err = store.Checkpoint(ctx, 0)
	fmt.Println(errors.Is(err, storage.ErrNotFound))
	// Output:
	// true
	// true
}

// A test of a reader waits for the moment when the read hangs.
func ExampleStorage_Hold() {
	ctx := context.Background()
	bucket := hyperlanetest.NewStorage("s3://bucket/region")
	store := bucket.Open()
	bucket.Hold()
	limited, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	_, err := store.Checkpoint(limited, 0)
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	bucket.Release()
	_, err = store.Checkpoint(ctx, 0)
	fmt.Println(errors.Is(err, storage.ErrNotFound))
	// Output:
	// true
	// true
}

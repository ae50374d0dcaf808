package validator

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// Recover rebuilds the sign log from the checkpoints that the key published. It is for an operator
// who lost the state directory, or found the log damaged, and made sure that no other process signs
// with the key. The validator itself never calls it.
//
// The new record is the highest checkpoint of the key in the store. A record that can be read and
// is higher stays. A log that is replaced is kept beside the new one, under a name with the time.
// Recover cannot know what the key signed and never published: if there may be such a signature,
// retire the key instead.
//
// It returns the record's checkpoint. found is false if the key published nothing and there is no
// record: then the validator starts with an empty log.
func Recover(ctx context.Context, cfg Config) (newest checkpoint.Checkpoint, found bool, err error) {
	if err := cfg.check(); err != nil {
		return checkpoint.Checkpoint{}, false, err
	}
	id := identity{cfg.Chain.Domain(), cfg.Chain.TreeAddress(), cfg.Signer.Address()}
	return recoverLog(ctx, cfg, id)
}

func recoverLog(ctx context.Context, cfg Config, id identity) (_ checkpoint.Checkpoint, found bool, err error) {
	log, err := openSignLog(cfg.StateDir, id, func(_ string, do func() error) error { return do() })
	if log == nil {
		return checkpoint.Checkpoint{}, false, err
	}
	defer func() { err = errors.Join(err, log.close()) }()
	damaged := err != nil

	published, found, err := newestOf(ctx, cfg.Store, cfg.Signer, false)
	if err != nil {
		return checkpoint.Checkpoint{}, false, err
	}
	if have := (identity{published.Origin, published.Tree, id.validator}); found && have != id {
		return checkpoint.Checkpoint{}, false, log.refuse(fmt.Sprintf("cannot be rebuilt: the storage holds a checkpoint of this key for origin %s and tree %s; one key signs for one tree",
			published.Origin, published.Tree), nil)
	}
	if damaged {
		if err := os.Rename(log.path(), fmt.Sprintf("%s.%d", log.path(), cfg.Now().UnixNano())); err != nil {
			return checkpoint.Checkpoint{}, false, log.refuse("cannot be set aside", err)
		}
		if err := log.syncDir(); err != nil {
			return checkpoint.Checkpoint{}, false, log.refuse("cannot be set aside", err)
		}
	}
	if last := log.last; last != nil && (!found || published.Index <= last.Index) {
		return checkpoint.Checkpoint{Origin: last.Origin, Tree: last.Tree, Root: last.Root, Index: last.Index, MessageID: last.MessageID}, true, nil
	}
	if !found {
		return checkpoint.Checkpoint{}, false, nil
	}
	if err := log.write(newRecord(id, published.Checkpoint)); err != nil {
		return checkpoint.Checkpoint{}, false, err
	}
	cfg.Logger.Warn("sign log rebuilt from published checkpoints", "index", published.Index, "root", published.Root, "at", cfg.Now().Format(time.RFC3339))
	return published.Checkpoint, true, nil
}

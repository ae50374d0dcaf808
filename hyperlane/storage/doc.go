// Package storage keeps what a validator publishes: signed checkpoints, the latest index, its
// announcement, its metadata and its reorg flag. Names and contents of the objects are those of the
// live network ([Protocol 5.2] to [Protocol 5.6]), so that official agents and this module read
// each other's storage.
//
// A [Store] is a bucket of gocloud.dev/blob with a [Layout], which names the objects:
//
//	content         S3 key                        GCS object                    file in a directory
//	latest index    checkpoint_latest_index.json  gcsLatestIndexKey             index.json
//	checkpoint N    checkpoint_N_with_id.json     checkpoint_N_with_id.json     N_with_id.json
//	announcement    announcement.json             gcsAnnouncementKey            announcement.json
//	agent metadata  metadata_latest.json          gcsMetadataKey                metadata_latest.json
//	reorg flag      reorg_flag.json               gcsReorgFlagKey               reorg_flag.json
//
// With a folder every name is folder/name. JSON is indented by two spaces, except in GCS, where it
// is compact. The latest index of a directory is the bare decimal number, without a newline.
//
// # Opening a store
//
// [Open] opens a location as validators announce it:
//
//	s3://BUCKET/REGION[/FOLDER]                 needs hyperlane/storage/cloud
//	gs://BUCKET[/FOLDER]/gcsAnnouncementKey     needs hyperlane/storage/cloud
//	file:///DIRECTORY
//
// The cloud drivers are large. Only a program that imports hyperlane/storage/cloud, which registers
// them, links them. [New] takes any other bucket, for example one of Azure; [NewMemory] is for
// tests. Run storagetest.Run against a bucket of your own.
//
// # Trust
//
// The owner of a bucket decides what is in it. A store reads at most [MaxObjectSize] bytes of an
// object, and fails with [ErrMalformed] where the content is not what the name says. What it
// returns is well formed and belongs to the index asked for, and it is not verified: check the
// signature with checkpoint.Signed.Verify, and the content against the tree.
//
// [Protocol 5.2]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/checkpoints.md#52-json-of-a-signed-checkpoint
// [Protocol 5.6]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/checkpoints.md#56-metadata-and-reorg-files
package storage

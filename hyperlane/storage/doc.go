// Package storage keeps what a validator publishes: signed checkpoints, the
// latest index, its announcement, its metadata and its reorg flag, under the
// object names the live network uses (protocol specification, sections 5.2 to
// 5.6), so that official agents read what we write and we read what they wrote.
//
// A [Store] is a bucket of gocloud.dev/blob with a [Layout] in front, which
// knows the object names:
//
//	content         S3 key                        GCS object                    file in a directory
//	latest index    checkpoint_latest_index.json  gcsLatestIndexKey             index.json
//	checkpoint N    checkpoint_N_with_id.json     checkpoint_N_with_id.json     N_with_id.json
//	announcement    announcement.json             gcsAnnouncementKey            announcement.json
//	agent metadata  metadata_latest.json          gcsMetadataKey                metadata_latest.json
//	reorg flag      reorg_flag.json               gcsReorgFlagKey               reorg_flag.json
//
// With a folder every name is folder/name. JSON is pretty printed with two
// spaces, except under GCS where it is compact. The latest index of a directory
// is the bare decimal number, without newline.
//
// [Open] turns an announced location into a store:
//
//	s3://BUCKET/REGION[/FOLDER]                 needs hyperlane/storage/cloud
//	gs://BUCKET[/FOLDER]/gcsAnnouncementKey     needs hyperlane/storage/cloud
//	file:///DIRECTORY
//
// The cloud drivers are large; they are linked only by programs that import
// hyperlane/storage/cloud, which registers them here. [New] takes any other
// bucket, for example Azure's or a test's.
//
// # Trust
//
// Whoever owns a bucket decides what is in it. Every object is therefore read
// up to [MaxObjectSize] and no further, and content that is not what its name
// says is an [ErrMalformed] naming the object. What a store returns is well
// formed and stands at the index asked for; it is not verified: check the
// signature with checkpoint.Signed.Verify, and the content against the tree,
// before it counts.
package storage

// Package devnode runs one go-ethereum execution node inside this process and makes its blocks on demand.
//
// It starts the same node, pool, and RPC server that the simulated backend of go-ethereum starts, but makes blocks itself, because a
// test kit needs three things the simulated backend decides alone:
//
//   - the time of a block (there: the wall clock), so that a run repeats exactly;
//   - what a reorganisation keeps (there: a fork is entered first and filled afterwards, and is visible while half done);
//   - which block is final (there: every 32nd), so that finality can stop and resume.
//
// Blocks are a function of their parent, the time given and the transactions: the same calls give the same hashes.
// State of every block is kept, so that a call at any earlier block is answered.
package devnode

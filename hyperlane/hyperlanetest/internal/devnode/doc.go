// Package devnode runs one go-ethereum execution node inside this process and makes its blocks on
// demand.
//
// It starts the node, pool and RPC server that the simulated backend of go-ethereum starts, and
// makes the blocks itself, because a test kit has to control what the simulated backend decides
// alone:
//
//   - the time of a block (there the wall clock), so that a run repeats exactly;
//   - what a reorganisation keeps (there a fork is visible while it is filled);
//   - which block is final (there every 32nd), so that finality can stop and resume.
//
// A block is a function of its parent, its time and its transactions: the same calls give the same
// hashes. The node keeps the state of every block, so calls can be made at any of them.
package devnode

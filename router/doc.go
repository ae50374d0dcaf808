// Package router talks to routers: applications that live on many chains at
// once, one contract a chain, each trusting exactly one sender on each of the
// other chains (protocol specification, section 10).
//
// [Router] is what all of them share: which router is enrolled for which domain.
// [HelloWorld] is the smallest application on top. [Mesh] enrolls a set of routers
// in each other, and says what it would change before it does.
//
// Verbs that change a chain take [bind.TransactOpts] and return the transaction
// as soon as the node has taken it; waiting for it, and following the message it
// dispatches, is the business of package hyperlane. They are estimated first, so
// what the contract would refuse is an error here and costs nothing; the revert's
// own error is wrapped in a [RevertError]. The context of a call is its first
// argument; the one inside TransactOpts is not used.
//
// The ABI is the live network's, so the same code reads and enrolls the official
// routers. One difference is of ours: the zero address cannot be enrolled,
// because a router that has it enrolled accepts messages from sender zero.
package router

// Package router reads and changes routers: applications that live on many chains at once, one
// contract a chain. A router accepts messages from one sender on each other chain, the router that
// is enrolled for that domain.
//
//   - [Router] is what all of them share: which router is enrolled for which domain, and which ISM
//     verifies their messages.
//   - [HelloWorld] is the smallest application: it sends greetings and counts them.
//   - [Mesh] is a set of routers that enroll each other. Mesh.Diff compares the chains with it,
//     Mesh.Plan lists the calls that remove the differences, Mesh.Apply sends them.
//
// Each of them stands on the [evm.Client] of its chain, which checks what the node answers. Reads
// are as of the latest block, or as of one block through Router.At.
//
// Each write has two forms. Router.EnrollCall returns an evm.Call, for a Safe, a simulation or a
// plan. Router.Enroll sends it, waits until it is mined and returns the receipt. A call that the
// contract refuses fails before anything is sent, with an *evm.RevertError.
//
// # Refusals
//
// [Refusals] gives the custom errors of these contracts, and the revert strings of the official
// ones, a class: [ErrNotEnrolled], evm.ErrUnauthorized, evm.ErrPayment, evm.ErrConfig or
// evm.ErrNoCode. [New] registers it with the client.
//
// # Official routers
//
// The ABI is the live network's ([Protocol 10]), so the package reads and enrolls the official
// routers as well. They differ in one respect: they accept the enrollment of the zero address, and
// then accept messages from sender zero. This package never sends such a call, and Mesh.Diff
// reports such an enrollment.
//
// [Protocol 10]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/router.md#10-mailboxclient-router-gasrouter
package router

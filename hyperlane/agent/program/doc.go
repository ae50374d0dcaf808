// Package program makes programs of the agents: it turns a configuration file, which package agent
// reads, into the values that the agents take.
//
// A whole program is one line:
//
//	func main() { agent.Main(program.Validator(), agent.Kinds{}) }
//
// [Validator] and [Relayer] accept functions that change the configuration before the agent starts.
// They set what no file can: an observer, a builder of metadata for an ISM of one's own, a clock.
//
// The package is apart from agent so that agent knows no agent: another one, in another module,
// uses agent.Run with a Start of its own in the same way.
package program

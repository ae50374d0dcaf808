// Package docs checks documents: it builds the Go code of Markdown files, loads their
// configurations, and follows their links. It works offline and writes only to temporary
// directories.
//
// The words after a block's opening fence say what the block is:
//
//	```go                                  a whole program or file of a package; it is built as it is
//	```go fragment ctx=context.Context     statements or declarations; they are wrapped and built. A word name=type
//	                                       declares a variable that the statements use
//	```yaml relayer                        a configuration; the loader of that name reads it
//	```yaml, ```json                       data; it parses
//
// Other languages are not checked. A program is built as a module of its own that requires this
// one, so it can import only what a reader can import.
package docs

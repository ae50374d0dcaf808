// Command generate compiles the Solidity sources and writes contracts/artifacts and the Go
// bindings. It is run by go generate in the contracts folder, and needs node and `npm ci
// --ignore-scripts` there.
//
// With -bindings it skips the compiler and writes the bindings from the committed artifacts.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/hyperlane-go/sdk/contracts/internal/bindgen"
)

func main() {
	dir := flag.String("dir", ".", "the contracts folder")
	bindingsOnly := flag.Bool("bindings", false, "write the bindings from the committed artifacts, without compiling")
	flag.Parse()
	if err := run(context.Background(), *dir, *bindingsOnly); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string, bindingsOnly bool) error {
	read := bindgen.ReadArtifacts
	if !bindingsOnly {
		read = func(dir string) ([]bindgen.Artifact, error) { return bindgen.Compile(ctx, dir) }
	}
	artifacts, err := read(dir)
	if err != nil {
		return err
	}
	files, err := bindgen.Files(artifacts, bindgen.ProtocolPlan())
	if err != nil {
		return err
	}
	touched, err := bindgen.Write(dir, files)
	if err != nil {
		return err
	}
	for _, name := range touched {
		fmt.Println(name)
	}
	return nil
}

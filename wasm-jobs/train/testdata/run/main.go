// Command run runs the training kernel on the files of a directory and prints
// the SHA-256 of the update, so that a test can do so on another architecture:
// run MODULE DIRECTORY.
package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

func main() {
	if err := run(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "run:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, module, directory string) error {
	binary, err := os.ReadFile(module)
	if err != nil {
		return err
	}
	// Compiler, not the default: it must not fall back to the interpreter unseen.
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler())
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, r); err != nil {
		return errors.Join(err, r.Close(ctx))
	}
	files := wazero.NewFSConfig().WithReadOnlyDirMount(directory, "/inputs").WithDirMount(directory, "/outputs")
	_, err = r.InstantiateWithConfig(ctx, binary, wazero.NewModuleConfig().WithFSConfig(files))
	if err := errors.Join(err, r.Close(ctx)); err != nil {
		return err
	}
	update, err := os.ReadFile(filepath.Join(directory, "update.bin"))
	if err != nil {
		return err
	}
	_, err = fmt.Printf("%x", sha256.Sum256(update))
	return err
}
